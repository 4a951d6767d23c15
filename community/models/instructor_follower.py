"""Who may read a creator's feed."""

from django.db import models

from peerloop.kit.rows import Row


class InstructorFollower(Row):
    """A student of a creator, who may read the creator's feed (rule FEED-2)."""

    creator = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    first_enrollment = models.ForeignKey(
        "learning.Enrollment", on_delete=models.PROTECT, related_name="+"
    )
    first_enrollment_at = models.DateTimeField()

    class Meta:
        db_table = "instructor_followers"
        constraints = [
            models.UniqueConstraint(fields=["creator", "user"], name="instructor_follower_once")
        ]
        indexes = [
            models.Index(
                fields=["creator", "-first_enrollment_at", "-id"], name="instructor_follower_newest"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.creator_id}"
