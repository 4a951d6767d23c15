"""What teacher and student write together beside a session."""

from django.db import models
from django.db.models import Q

from peerloop.kit.rows import Row
from scheduling.models.session import Session

LONGEST_LINE = 500
LONGEST_NOTES = 10_000


class SharedPage(Row):
    """The page that both people of a session write to: a goal, notes, and what comes next.

    Files and links beside it are ``SessionMaterial``. ``revision`` rises with every change.
    """

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="shared_page")
    goal = models.CharField(max_length=LONGEST_LINE, blank=True)
    next_step = models.CharField(max_length=LONGEST_LINE, blank=True)
    notes = models.TextField(max_length=LONGEST_NOTES, blank=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "shared_pages"
        constraints = [
            models.CheckConstraint(
                condition=Q(notes__length__lte=LONGEST_NOTES), name="shared_page_notes_length"
            ),
        ]

    def __str__(self) -> str:
        return f"page of session {self.session_id}"
