"""The private address at which a member's calendar program reads their sessions."""

from django.db import models

from peerloop.kit.rows import Row


class CalendarFeed(Row):
    """A member's calendar to subscribe to; its address names the row and is signed.

    Another row is another address: the old one is void at once.
    """

    user = models.OneToOneField("accounts.User", on_delete=models.CASCADE, related_name="+")
    last_read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "calendar_feeds"

    def __str__(self) -> str:
        return f"calendar feed of {self.user_id}"
