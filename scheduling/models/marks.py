"""What was seen of a room: the evidence from which attendance is worked out (rule ROOM-4)."""

from django.db import models
from django.db.models import Q

from peerloop.kit.rows import Row
from scheduling.models.session import Session


class RoomMark(Row):
    """One thing that was seen: someone came, someone went, the room ended, a click on "join".

    Only added, never changed, so that events may arrive late, twice and in any order: attendance is
    computed from the whole set (``scheduling.stays``).
    """

    class Kind(models.TextChoices):
        CLICK = "click"
        JOINED = "joined"
        LEFT = "left"
        ENDED = "ended"

    class Source(models.TextChoices):
        EVENT = "event"
        POLL = "poll"
        CLICK = "click"

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="marks")
    user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=6, choices=Kind.choices)
    source = models.CharField(max_length=5, choices=Source.choices)
    # Which connection of that person, or which meeting ended: what tells a repetition from news.
    reference = models.CharField(max_length=160, blank=True)
    at = models.DateTimeField()
    # They said goodbye, rather than being cut off.
    is_deliberate = models.BooleanField(default=False)

    class Meta:
        db_table = "room_marks"
        constraints = [
            models.UniqueConstraint(
                fields=["session", "user", "kind", "source", "reference"],
                name="room_mark_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["click", "joined", "left", "ended"]), name="room_mark_kind"
            ),
            models.CheckConstraint(
                condition=Q(source__in=["event", "poll", "click"]), name="room_mark_source"
            ),
            models.CheckConstraint(
                condition=Q(kind="ended", user__isnull=True)
                | (~Q(kind="ended") & Q(user__isnull=False)),
                name="room_mark_of_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.session_id}"
