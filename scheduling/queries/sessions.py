"""Sessions that stand: whose, when, and which module they teach."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet

from accounts.models import User
from catalog.models import CourseModule
from learning.models import Enrollment
from learning.queries import Module, modules_by_enrollment
from scheduling.models import Session

# Cancelled and missed sessions give their place back (rules BOOK-2, BOOK-6).
STANDING = (*Session.OPEN, Session.Status.COMPLETED)

# In SQL: asked twice with every try to book.
COUNTS = """
SELECT count(*) FILTER (WHERE status IN ('scheduled', 'in_progress')),
    count(*) FILTER (WHERE status = 'completed')
FROM sessions WHERE enrollment_id = %s AND kind = %s AND id IS DISTINCT FROM %s::uuid
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many sessions of one kind an enrollment has."""

    open: int
    completed: int

    @property
    def taken(self) -> int:
        """Places that are gone."""
        return self.open + self.completed


def open_and_completed(
    enrollment: Enrollment, *, kind: str = Session.Kind.COURSE, without: Session | None = None
) -> Counts:
    """Sessions of that kind that take a place; ``without`` leaves one of them out."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, [enrollment.pk, kind, without.pk if without else None])
        return Counts(*cursor.fetchone())


def places_of(enrollment: Enrollment, kind: str) -> int:
    """How many sessions of that kind the enrollment may have in all (rule BOOK-2)."""
    return {
        Session.Kind.COURSE: enrollment.modules_paid,
        Session.Kind.MAKEUP: enrollment.session_credits,
        Session.Kind.EXTRA: enrollment.extra_sessions,
    }.get(Session.Kind(kind), 0)


def places_left(enrollment: Enrollment) -> dict[str, int]:
    """Sessions that can still be booked, by kind: one query."""
    rows = Session.objects.filter(enrollment=enrollment, status__in=STANDING).values_list("kind")
    taken = dict(rows.annotate(count=Count("pk")).order_by())
    return {
        str(kind): max(0, places_of(enrollment, kind) - taken.get(kind, 0))
        for kind in (Session.Kind.COURSE, Session.Kind.MAKEUP, Session.Kind.EXTRA)
    }


def sessions_of(
    user: User,
    *,
    role: str = "",
    statuses: Iterable[str] = (),
    upcoming: bool | None = None,
    at: datetime,
) -> "QuerySet[Session]":
    """The member's sessions with people and course, soonest first if they lie ahead, else latest.

    ``role`` is "student" or "teacher"; ``upcoming`` true: open and not over; false: the others.
    """
    rows = Session.objects.involving(user).select_related("course", "teacher", "student", "module")
    if role:
        rows = rows.filter(**{role: user})
    if statuses:
        rows = rows.filter(status__in=list(statuses))
    ahead = Q(status__in=Session.OPEN, scheduled_end__gt=at)
    if upcoming is None:
        return rows.order_by("-scheduled_start", "-pk")
    if upcoming:
        return rows.filter(ahead).order_by("scheduled_start", "pk")
    return rows.exclude(ahead).order_by("-scheduled_start", "-pk")


def next_session_by_enrollment(
    enrollment_ids: Iterable[UUID], *, at: datetime | None = None
) -> dict[UUID, Session]:
    """The next open session of each enrollment that has one: one query.

    Without ``at`` a session that is over, but not yet closed, counts as well.
    """
    rows = Session.objects.filter(enrollment__in=list(enrollment_ids), status__in=Session.OPEN)
    if at is not None:
        rows = rows.filter(scheduled_end__gt=at)
    rows = rows.select_related("teacher", "course").order_by("enrollment", "scheduled_start", "pk")
    return {
        session.enrollment_id: session
        for session in rows.distinct("enrollment")
        if session.enrollment_id
    }


def module_of(session: Session) -> CourseModule | None:
    """The module that a session teaches (rule BOOK-6); nothing for make-ups and extras."""
    return modules_of([session])[session.pk]


def modules_of(sessions: Iterable[Session]) -> dict[UUID, CourseModule | None]:
    """The module of each session: three queries for all.

    A completed session keeps what was frozen. The others take, by start time, the modules that are
    left, in the order of the course: cancelling one makes the later ones move up.
    """
    asked = list(sessions)
    enrollments = {
        session.enrollment_id
        for session in asked
        if session.kind == Session.Kind.COURSE and session.enrollment_id
    }
    places = _modules_by_session(enrollments) if enrollments else {}
    return {session.pk: places.get(session.pk) for session in asked}


def _modules_by_session(enrollment_ids: Iterable[UUID]) -> dict[UUID, CourseModule]:
    standing: dict[UUID, list[tuple[UUID, UUID | None]]] = defaultdict(list)
    rows = Session.objects.filter(
        enrollment__in=enrollment_ids, kind=Session.Kind.COURSE, status__in=STANDING
    ).order_by("scheduled_start", "pk")
    for session_id, enrollment_id, module_id in rows.values_list(
        "pk", "enrollment_id", "module_id"
    ):
        standing[enrollment_id].append((session_id, module_id))
    enrollments = Enrollment.objects.filter(pk__in=enrollment_ids)
    found: dict[UUID, CourseModule] = {}
    for enrollment_id, modules in modules_by_enrollment(enrollments).items():
        found |= given_out(modules, standing[enrollment_id])
    return found


def given_out(
    modules: list[Module], sessions: list[tuple[UUID, UUID | None]]
) -> dict[UUID, Module]:
    """Each session's module, for the standing sessions of an enrollment by start time.

    ``modules``: those that it paid for, in order; the sessions come with what was frozen.
    """
    frozen = {module_id for _, module_id in sessions}
    by_id = {module.pk: module for module in modules}
    left = iter([module for module in modules if module.pk not in frozen])
    given = {}
    for session_id, module_id in sessions:
        module = by_id.get(module_id) if module_id else next(left, None)
        if module is not None:
            given[session_id] = module
    return given
