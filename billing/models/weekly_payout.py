"""Members whose earnings are asked for each week by themselves."""

from django.db import models

from peerloop.kit.rows import Row


class WeeklyPayout(Row):
    """The choice of a member to be paid each week; no row means that they ask themselves.

    ``due_at``: when a payout is asked for the next time.
    """

    member = models.OneToOneField("accounts.User", on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField()

    class Meta:
        db_table = "weekly_payouts"
        indexes = [models.Index(fields=["due_at"], name="weekly_payout_due")]

    def __str__(self) -> str:
        return f"payout of {self.member_id} on {self.due_at:%Y-%m-%d}"
