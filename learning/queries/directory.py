"""The public list of student-teachers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Sum

from accounts.models import Expertise, User
from catalog.models import Course
from learning.models import StudentTeacher
from peerloop.kit.api import Page


@dataclass(frozen=True, slots=True)
class TeacherCard:
    """A student-teacher with the courses that they teach. ``certified_date`` is the first one's."""

    user: User
    courses: list[Course]
    students_taught: int
    certified_date: date


@dataclass(frozen=True, slots=True)
class TeacherCards:
    """One page of cards; ``total`` counts all that match."""

    cards: list[TeacherCard]
    total: int


def teacher_cards(
    *, viewer: Any, search: str = "", course_id: UUID | None = None, page: Page
) -> TeacherCards:
    """Student-teachers that the viewer may see, most students first. Four queries.

    Private profiles are left out for everyone but admins and moderators (rule PRIV-3); who does not
    want to be listed is left out for all (rule ROLE-7). Searches name, handle, expertise and the
    titles of their courses.
    """
    rows = _rows_seen_by(viewer)
    if course_id is not None:
        rows = rows.filter(user__in=rows.filter(course=course_id).values("user"))
    if search:
        rows = rows.filter(_matches(search))
    people = (
        rows.values("user")
        .annotate(taught=Sum("students_taught"), first_certified=Min("certified_date"))
        .order_by("-taught", "first_certified", "user")
    )
    found = list(people[page.start : page.stop])
    courses = _courses_by_teacher([row["user"] for row in found])
    members = User.objects.in_bulk([row["user"] for row in found])
    cards = [
        TeacherCard(
            user=members[row["user"]],
            courses=courses[row["user"]],
            students_taught=row["taught"],
            certified_date=row["first_certified"],
        )
        for row in found
    ]
    return TeacherCards(cards=cards, total=people.count())


def _rows_seen_by(viewer: Any) -> QuerySet[StudentTeacher]:
    rows = StudentTeacher.objects.filter(
        is_active=True,
        user__is_student_teacher=True,
        user__is_active=True,
        user__suspended_at=None,
        user__deleted_at=None,
    )
    if viewer.is_authenticated and (viewer.is_admin or viewer.is_moderator):
        return rows
    return rows.filter(user__privacy_public=True)


def _matches(search: str) -> Q:
    knows = Expertise.objects.filter(user=OuterRef("user"), tag__icontains=search)
    teaches = StudentTeacher.objects.filter(
        user=OuterRef("user"), is_active=True, course__title__icontains=search
    )
    return (
        Q(user__name__icontains=search)
        | Q(user__handle__icontains=search)
        | Exists(knows)
        | Exists(teaches)
    )


def _courses_by_teacher(user_ids: Sequence[UUID]) -> dict[UUID, list[Course]]:
    found: dict[UUID, list[Course]] = {key: [] for key in user_ids}
    rows = StudentTeacher.objects.filter(user__in=user_ids, is_active=True)
    for row in rows.select_related("course").defer("course__search").order_by("course__title"):
        found[row.user_id].append(row.course)
    return found
