"""The public list of student-teachers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Sum, Window
from django.db.models.expressions import RawSQL

from accounts.members.queries.directory import found_by_name, nearness
from accounts.models import Block, User
from catalog.models import Course
from learning.models import Certificate, StudentTeacher
from peerloop.kit.paging import Page


@dataclass(frozen=True, slots=True)
class TeacherCard:
    """A student-teacher with the courses that they teach. ``certified_date`` is the first one's,
    ``minutes`` the length of the shortest session that can be booked, None where none can."""

    user: User
    courses: list[Course]
    students_taught: int
    certified_date: date
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class TeacherCards:
    """One page of cards; ``total`` counts all that match. ``is_alike`` when nobody has what was
    typed and these are near it."""

    cards: list[TeacherCard]
    total: int
    is_alike: bool = False


def teacher_cards(
    *, viewer: Any, search: str = "", course_id: UUID | None = None, page: Page
) -> TeacherCards:
    """Student-teachers that the viewer may see, most students first; while searching, the
    nearest first. At most four statements.

    Private profiles are left out for everyone but admins and moderators (rule PRIV-3), those who
    shut the viewer out for the viewer (rule PRIV-7), and for all who does not want to be listed
    (rule ROLE-7). Searches name, handle, expertise and the titles of their courses, and forgives
    typing errors.
    """
    rows = _rows_seen_by(viewer)
    if course_id is not None:
        rows = rows.filter(user__in=rows.filter(course=course_id).values("user"))

    def look(ids: RawSQL | None) -> tuple[list[dict[str, Any]], int] | None:
        people = _people(rows if ids is None else rows.filter(_matches(ids, search)), search)
        # The rows carry the total; a page past the end has no rows, so it is counted separately.
        counted = people.annotate(total=Window(Count("*")))
        found = list(counted[page.start : page.stop])
        total = found[0]["total"] if found else people.count() if page.start else 0
        return (found, total) if total else None

    looked = found_by_name(search, look)
    found, total = looked.rows or ([], 0)
    return TeacherCards(_cards(found), total, looked.is_alike and bool(found))


def _people(rows: QuerySet[StudentTeacher], search: str) -> QuerySet[Any, dict[str, Any]]:
    people: QuerySet[Any, Any] = rows.values("user").annotate(
        taught=Sum("students_taught"), first_certified=Min("certified_date")
    )
    order = ("-taught", "first_certified", "user")
    if not search:
        return people.order_by(*order)
    return people.annotate(near=Max(nearness(search))).order_by("-near", *order)


def _cards(found: Sequence[dict[str, Any]]) -> list[TeacherCard]:
    """The teachers of one page with their courses. One query."""
    if not found:
        return []
    rows = StudentTeacher.objects.filter(user__in=[row["user"] for row in found], is_active=True)
    rows = rows.select_related("course", "user__stats").defer("course__search")
    people: dict[UUID, User] = {}
    courses: dict[UUID, list[Course]] = {}
    minutes: dict[UUID, int] = {}
    for row in rows.order_by("course__title"):
        people[row.user_id] = row.user
        courses.setdefault(row.user_id, []).append(row.course)
        if row.teaching_active and row.course.is_listed:
            length = row.course.session_minutes
            minutes[row.user_id] = min(length, minutes.get(row.user_id, length))
    return [
        TeacherCard(
            user=people[row["user"]],
            courses=courses[row["user"]],
            students_taught=row["taught"],
            certified_date=row["first_certified"],
            minutes=minutes.get(row["user"]),
        )
        for row in found
        # Leave out members who stopped teaching between the two queries.
        if row["user"] in people
    ]


def _rows_seen_by(viewer: Any) -> QuerySet[StudentTeacher]:
    rows = StudentTeacher.objects.certified().filter(user__is_student_teacher=True)
    if not viewer.is_authenticated:
        return rows.filter(user__privacy_public=True)
    if viewer.is_admin or viewer.is_moderator:
        return rows
    blocked = Block.objects.filter(blocker=OuterRef("user"), blocked=viewer)
    return rows.filter(user__privacy_public=True).exclude(Exists(blocked))


def _matches(ids: RawSQL, search: str) -> Q:
    teaches = StudentTeacher.objects.filter(is_active=True, course__title__icontains=search)
    return Q(user__in=ids) | Q(user__in=teaches.values("user"))


def teaching_of(user: User) -> list[StudentTeacher]:
    """The active rights to teach listed courses, for the member's profile."""
    rows = StudentTeacher.objects.filter(user=user, is_active=True)
    rows = rows.filter(course__status=Course.Status.PUBLISHED, course__deleted_at=None)
    return list(rows.select_related("course").defer("course__search").order_by("course__title"))


def certified_in(user: User) -> list[Certificate]:
    """The issued completion certificates, newest first, for the member's profile."""
    rows = Certificate.objects.filter(
        user=user, type=Certificate.Type.COMPLETION, status=Certificate.Status.ISSUED
    )
    return list(rows.select_related("course").defer("course__search").order_by("-issued_at", "pk"))
