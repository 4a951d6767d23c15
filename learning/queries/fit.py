"""What is known of the teachers of a course when three of them are offered to a student."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import FloatField, OuterRef
from django.db.models.functions import Cast

from accounts.models import Expertise, User
from catalog.models import Interest
from learning.models import Enrollment, StudentTeacher
from peerloop.kit.statements import number_of


class TeacherFit(NamedTuple):
    """A teacher of a course, beside their free times."""

    user_id: UUID
    languages: str
    rating: float | None
    rating_count: int
    students_taught: int
    students_now: int
    expertise: list[str]


def fit_of_teachers(
    course_id: UUID, teachers: Collection[UUID], viewer: User | None
) -> tuple[dict[UUID, TeacherFit], frozenset[str]]:
    """These teachers of the course by id, and what interests the viewer. One statement."""
    active = Enrollment.objects.active().filter(teacher=OuterRef("user_id"))
    known = Expertise.objects.filter(user=OuterRef("user_id")).order_by("tag")
    wished = Interest.objects.filter(user=viewer).exclude(tag="")
    rows = StudentTeacher.objects.filter(course=course_id, user__in=list(teachers)).values_list(
        *("user_id", "user__languages", Cast("rating", FloatField()), "rating_count"),
        *("students_taught", number_of(active), ArraySubquery(known.values_list("tag"))),
        ArraySubquery(wished.values_list("tag")),
    )
    found = list(rows)
    topics = frozenset(found[0][-1] if found else ())
    return {row[0]: TeacherFit(*row[:-1]) for row in found}, topics
