"""Enrollments that prevent closing an account (rules ROLE-13, ADM-4)."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q
from django.template.defaultfilters import pluralize
from django.urls import reverse

from learning.models import Enrollment
from peerloop.kit.personal_data import Obstacle


def obstacles(user_id: UUID, at: datetime) -> Iterator[Obstacle]:
    """Unfinished enrollments as a student, as a teacher and as a creator. One query."""
    under_way = Enrollment.objects.filter(
        status__in=[*Enrollment.ACTIVE, Enrollment.Status.DISPUTED]
    )
    counts = under_way.aggregate(
        learns=Count("pk", filter=Q(student=user_id)),
        teaches=Count("pk", filter=Q(teacher=user_id)),
        creates=Count("pk", filter=Q(course__creator=user_id)),
    )
    if number := counts["learns"]:
        words = f"You are enrolled in {number} course{pluralize(number)}. Finish or leave first."
        yield Obstacle("enrolled", words, reverse("dashboard"))
    if number := counts["teaches"]:
        words = f"{number} student{pluralize(number)} of yours still {_learn(number)} with you."
        yield Obstacle("teaching", words, reverse("teach"))
    if number := counts["creates"]:
        words = f"{number} student{pluralize(number)} still {_learn(number)} in courses of yours."
        yield Obstacle("course_in_use", words, reverse("create"))


def _learn(number: int) -> str:
    return "learns" if number == 1 else "learn"
