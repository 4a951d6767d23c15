"""The public list of student-teachers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Func, OuterRef, QuerySet, UUIDField

from accounts.members.queries.directory import (
    Ways,
    best_of,
    found_by_name,
    nearness,
)
from accounts.models import Block, User
from catalog.models import Course, CourseModule
from learning.models import Certificate, StudentTeacher, TeacherFigures
from learning.models.teacher_figures import TeacherFiguresQuerySet
from peerloop.kit.counting import MAX_COUNTED, MAX_RANKED, count_up_to
from peerloop.kit.lookups import containing
from peerloop.kit.paging import Page
from peerloop.kit.statements import number_of

MOST_STUDENTS = ("-students_taught", "certified_date", "user_id")
# Courses of one teacher on their card.
MOST_COURSES = 50
SHOWN_ON_PROFILE = 20
SHOWN_OF_COURSE = (
    *("user_id", "teaching_active", "course__title", "course__slug"),
    *("course__session_minutes", "course__status", "course__deleted_at"),
)


class Unnest(Func):
    """The ids of an array as rows."""

    function = "unnest"
    set_returning = True
    output_field = UUIDField()


@dataclass(frozen=True, slots=True)
class TeacherCard:
    """A student-teacher with courses that they teach, at most ``MOST_COURSES``.

    ``certified_date`` is that of their first course, ``shortest`` the course with the shortest
    sessions of those that can be booked, None where none can.
    """

    user: User
    courses: list[Course]
    students_taught: int
    certified_date: date
    shortest: Course | None = None

    @property
    def minutes(self) -> int | None:
        """The length of the shortest session that can be booked."""
        return self.shortest.session_minutes if self.shortest else None


@dataclass(frozen=True, slots=True)
class TeacherCards:
    """One page of cards; ``total`` counts all that match, up to ``most``. ``is_alike`` when nobody
    has what was typed and these are near it."""

    cards: list[TeacherCard]
    total: int
    is_alike: bool = False
    most: int = MAX_COUNTED


def teacher_cards(
    *, viewer: Any, search: str = "", course_id: UUID | None = None, page: Page
) -> TeacherCards:
    """Student-teachers that the viewer may see, most students first; while searching, the
    nearest first. At most five statements; none reads more teachers where there are more.

    Private profiles are left out for everyone but admins and moderators (rule PRIV-3), those who
    shut the viewer out for the viewer (rule PRIV-7), and for all who does not want to be listed
    (rule ROLE-7). Searches name, handle, expertise and the titles of their courses, and forgives
    typing errors.
    """
    rows = _seen_by(viewer)
    if course_id is not None:
        of_course = StudentTeacher.objects.filter(course=course_id, is_active=True)
        rows = rows.filter(user__in=of_course.values("user"))

    if not search:
        return _all(rows, page)

    def look(ways: Ways) -> list[UUID]:
        return best_of(rows, [*ways, _teaching(search)], MOST_STUDENTS)

    found = found_by_name(search, look)
    near = TeacherFigures.objects.available().filter(pk__in=found.keys)
    near = near.order_by(nearness(search).desc(), *MOST_STUDENTS).select_related("user__stats")
    cards = _cards(near[page.start : page.stop])
    return TeacherCards(cards, len(found.keys), found.is_alike and bool(cards), MAX_RANKED)


def _all(rows: TeacherFiguresQuerySet, page: Page) -> TeacherCards:
    """A page of all of them: their ids by the index first, then the few rows."""
    shown = rows.order_by(*MOST_STUDENTS).values("pk")[page.start : page.stop]
    read = TeacherFigures.objects.available().filter(pk__in=shown).order_by(*MOST_STUDENTS)
    found = list(read.select_related("user__stats").annotate(total=number_of(rows)))
    # The rows carry the total; a page past the end has no rows, so it is counted separately.
    total = found[0].total if found else count_up_to(rows) if page.start else 0
    return TeacherCards(_cards(found), total)


def _seen_by(viewer: Any) -> TeacherFiguresQuerySet:
    rows = TeacherFigures.objects.all()
    if viewer.is_authenticated and viewer.keeps_order:
        return rows.available()
    if not viewer.is_authenticated:
        return rows.listed()
    blocked = Block.objects.filter(blocker=OuterRef("user"), blocked=viewer)
    return rows.listed().exclude(Exists(blocked))


def _teaching(search: str) -> QuerySet[Any, Any]:
    """The members who teach a course with the words in its title."""
    titled = StudentTeacher.objects.filter(course__title__ilike=containing(search))
    return titled.filter(is_active=True).values("user")


def _cards(found: Iterable[TeacherFigures]) -> list[TeacherCard]:
    """The teachers of one page with their courses. One query."""
    found = list(found)
    rows: dict[UUID, list[StudentTeacher]] = {row.user_id: [] for row in found}
    for right in _taught_by(list(rows)):
        rows[right.user_id].append(right)
    return [
        TeacherCard(
            user=row.user,
            courses=[right.course for right in rows[row.user_id]],
            students_taught=row.students_taught,
            certified_date=row.certified_date,
            shortest=min(
                (right.course for right in rows[row.user_id] if _gives(right)),
                key=lambda course: course.session_minutes,
                default=None,
            ),
        )
        for row in found
        # Leave out members who stopped teaching between the two queries.
        if rows[row.user_id]
    ]


def _gives(right: StudentTeacher) -> bool:
    return right.teaching_active and right.course.is_listed


def _taught_by(people: Sequence[UUID]) -> QuerySet[StudentTeacher]:
    """The rights to teach of these, with their courses; of each ``MOST_COURSES`` at most."""
    own = StudentTeacher.objects.filter(user=OuterRef("pk"), is_active=True)
    some = ArraySubquery(own.order_by("course_id").values("pk")[:MOST_COURSES])
    each = User.objects.filter(pk__in=people).values(row=Unnest(some))
    rows = StudentTeacher.objects.filter(pk__in=each).select_related("course")
    return rows.only(*SHOWN_OF_COURSE).order_by("course__title", "pk")


def teaching_of(user: User) -> list[StudentTeacher]:
    """The newest active rights to teach listed courses, by title, for the member's profile.

    At most ``SHOWN_ON_PROFILE`` of them, each with ``sessions``, how many the course has.
    """
    rows = StudentTeacher.objects.filter(user=user, is_active=True)
    rows = rows.filter(course__status=Course.Status.PUBLISHED, course__deleted_at=None)
    rows = rows.select_related("course", "certified_by", "certificate").defer("course__search")
    modules = CourseModule.objects.filter(course=OuterRef("course"), archived_at=None)
    rows = rows.annotate(sessions=number_of(modules)).order_by("-is_active", "-pk")
    return sorted(rows[:SHOWN_ON_PROFILE], key=lambda row: row.course.title)


def certified_in(user: User) -> list[Certificate]:
    """The newest completion certificates that are issued, for the member's profile.

    At most ``SHOWN_ON_PROFILE`` of them.
    """
    rows = Certificate.objects.filter(
        user=user, type=Certificate.Type.COMPLETION, status=Certificate.Status.ISSUED
    )
    rows = rows.select_related("course").defer("course__search")
    return list(rows.order_by("-created_at", "-pk")[:SHOWN_ON_PROFILE])
