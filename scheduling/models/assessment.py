"""What teacher and student thought of a session."""

from django.db import models
from django.db.models import F, Q

from peerloop.kit.rows import Row
from scheduling.models.session import Session


class SessionAssessment(Row):
    """One side's assessment of a session (rule RATE-1); no public figure is made of it."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="assessments")
    assessor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    assessee = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    rating = models.PositiveSmallIntegerField()
    comment = models.TextField(max_length=2000, blank=True)
    teaching = models.PositiveSmallIntegerField(null=True, blank=True)
    interaction = models.PositiveSmallIntegerField(null=True, blank=True)
    materials = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        db_table = "session_assessments"
        constraints = [
            models.CheckConstraint(
                condition=(
                    (Q(teaching__isnull=True) | Q(teaching__gte=1, teaching__lte=5))
                    & (Q(interaction__isnull=True) | Q(interaction__gte=1, interaction__lte=5))
                    & (Q(materials__isnull=True) | Q(materials__gte=1, materials__lte=5))
                ),
                name="assessment_parts_1_to_5",
            ),
            models.UniqueConstraint(fields=["session", "assessor"], name="assessment_once"),
            models.CheckConstraint(
                condition=Q(rating__gte=1, rating__lte=5), name="assessment_rating_1_to_5"
            ),
            models.CheckConstraint(condition=~Q(assessor=F("assessee")), name="assessment_not_own"),
        ]

    def __str__(self) -> str:
        return f"{self.rating} for {self.assessee_id}"
