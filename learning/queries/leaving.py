"""Enrollments that prevent closing an account (rules ROLE-13, ADM-4)."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.template.defaultfilters import pluralize
from django.urls import reverse

from learning.models import Enrollment
from peerloop.kit.counting import count_up_to
from peerloop.kit.formats import count_text
from peerloop.kit.personal_data import Obstacle


def obstacles(user_id: UUID, at: datetime) -> Iterator[Obstacle]:
    """Unfinished enrollments as a student, as a teacher and as a creator. Three queries."""
    under_way = Enrollment.objects.filter(
        status__in=[*Enrollment.ACTIVE, Enrollment.Status.DISPUTED]
    )
    if number := count_up_to(under_way.filter(student=user_id)):
        courses = f"{count_text(number)} course{pluralize(number)}"
        words = f"You are enrolled in {courses}. Finish or leave first."
        yield Obstacle("enrolled", words, reverse("dashboard"))
    if number := count_up_to(under_way.filter(teacher=user_id)):
        words = f"{_students(number)} of yours still {_learn(number)} with you."
        yield Obstacle("teaching", words, reverse("teach"))
    if number := count_up_to(under_way.filter(course__creator=user_id)):
        words = f"{_students(number)} still {_learn(number)} in courses of yours."
        yield Obstacle("course_in_use", words, reverse("create"))


def _learn(number: int) -> str:
    return "learns" if number == 1 else "learn"


def _students(number: int) -> str:
    return f"{count_text(number)} student{pluralize(number)}"
