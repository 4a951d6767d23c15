"""Which module a session teaches (rule BOOK-6): the k-th by start time teaches the k-th module."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

import orjson

from catalog.models import CourseModule
from learning.models import Enrollment
from learning.queries import Module, modules_by_enrollment, paid_for
from learning.queries import modules_of as modules_of_enrollment
from peerloop.kit.statements import prepared_rows, statement
from scheduling.models import Session

# The course sessions that use a place, the modules taught or marked, the modules of the course.
MODULES = statement(
    """
SELECT e.modules_paid,
    (SELECT jsonb_agg(jsonb_build_array(s.id, s.module_id) ORDER BY s.scheduled_start, s.id)
     FROM sessions s WHERE s.enrollment_id = e.id AND s.kind = 'course'
        AND {using_place}),
    (SELECT jsonb_agg(p.module_id) FROM module_progress p WHERE p.enrollment_id = e.id),
    (SELECT jsonb_agg(jsonb_build_array(m.id, m.archived_at, m.title)
                      ORDER BY m.module_order, m.created_at, m.id)
     FROM course_curriculum m WHERE m.course_id = e.course_id)
FROM enrollments e WHERE e.id = ANY(%(enrollments)s)
""",
    using_place=Session.using_place_sql("s"),
)


class SessionOfModule(Protocol):
    """A session as far as its module depends on it."""

    @property
    def pk(self) -> UUID:
        """Its id."""

    @property
    def enrollment_id(self) -> UUID | None:
        """The enrollment that it belongs to."""

    @property
    def kind(self) -> str:
        """A value of ``Session.Kind``."""


class HasTitle(Protocol):
    """A module as far as words need it."""

    @property
    def title(self) -> str:
        """What it is called."""


class TitledModule(NamedTuple):
    """A module's id, since when it is archived, and its title."""

    pk: UUID
    archived_at: datetime | None
    title: str


def module_of(session: Session) -> CourseModule | None:
    """The module that a session teaches; None for make-ups and extras."""
    return modules_of([session])[session.pk]


def modules_of(sessions: Iterable[Session]) -> dict[UUID, CourseModule | None]:
    """The module of each session: three statements for all.

    A completed session keeps the one that was frozen. The others take, by start time, the modules
    that are left, in the order of the course: when one is cancelled, the later ones move up.
    """
    asked = list(sessions)
    enrollments = _enrollments_of(asked)
    found = _modules_by_session(enrollments) if enrollments else {}
    return {session.pk: found.get(session.pk) for session in asked}


def titled_modules_of(sessions: Iterable[SessionOfModule]) -> dict[UUID, TitledModule]:
    """The same, of each session that has one, where id and title are enough: one statement."""
    enrollments = _enrollments_of(sessions)
    found: dict[UUID, TitledModule] = {}
    if not enrollments:
        return found
    rows = prepared_rows(MODULES, {"enrollments": list(enrollments)})
    for number, placed, touched, listed in rows:
        modules = [TitledModule(UUID(key), *rest) for key, *rest in orjson.loads(listed or "[]")]
        marked = {UUID(key) for key in orjson.loads(touched or "[]")}
        by_start = [
            (UUID(session), UUID(module) if module else None)
            for session, module in orjson.loads(placed or "[]")
        ]
        found |= _assigned(paid_for(number, modules, marked), by_start)
    return found


def module_titles_of(sessions: Iterable[SessionOfModule]) -> dict[UUID, str]:
    """The title of each session's module, where it has one: one statement."""
    return {key: module.title for key, module in titled_modules_of(sessions).items()}


def module_after(enrollment: Enrollment, sessions: int) -> CourseModule | None:
    """The module of a session that comes after so many others that use a place."""
    modules = modules_of_enrollment(enrollment)
    return modules[sessions] if sessions < len(modules) else None


def module_at(enrollment: Enrollment, start: datetime) -> CourseModule | None:
    """The module that a new session at that time would teach."""
    before = Session.objects.using_place().filter(
        enrollment=enrollment, kind=Session.Kind.COURSE, scheduled_start__lt=start
    )
    return module_after(enrollment, before.count())


def _enrollments_of(sessions: Iterable[SessionOfModule]) -> set[UUID]:
    return {
        session.enrollment_id
        for session in sessions
        if session.kind == Session.Kind.COURSE and session.enrollment_id
    }


def _modules_by_session(enrollment_ids: Iterable[UUID]) -> dict[UUID, CourseModule]:
    by_start: dict[UUID, list[tuple[UUID, UUID | None]]] = defaultdict(list)
    rows = Session.objects.using_place().filter(
        enrollment__in=enrollment_ids, kind=Session.Kind.COURSE
    )
    for session_id, enrollment_id, module_id in rows.order_by("scheduled_start", "pk").values_list(
        "pk", "enrollment_id", "module_id"
    ):
        by_start[enrollment_id].append((session_id, module_id))
    enrollments = Enrollment.objects.filter(pk__in=enrollment_ids)
    found: dict[UUID, CourseModule] = {}
    for enrollment_id, modules in modules_by_enrollment(enrollments).items():
        found |= _assigned(modules, by_start[enrollment_id])
    return found


def modules_among(
    sessions: Iterable[Session], modules: list[CourseModule]
) -> dict[UUID, CourseModule]:
    """``modules_of`` where all sessions of one enrollment that use a place, and its modules, are
    known: no statement.
    """
    course = (row for row in sessions if row.kind == Session.Kind.COURSE)
    by_start = sorted(course, key=lambda row: (row.scheduled_start, row.pk))
    return _assigned(modules, [(row.pk, row.module_id) for row in by_start])


def _assigned(
    modules: list[Module], by_start: list[tuple[UUID, UUID | None]]
) -> dict[UUID, Module]:
    """Each session's module, from the sessions of one enrollment by start time.

    ``modules``: those that it paid for, in order; the sessions come with what was frozen.
    """
    frozen = {module_id for _, module_id in by_start}
    by_id = {module.pk: module for module in modules}
    left = iter([module for module in modules if module.pk not in frozen])
    found = {}
    for session_id, module_id in by_start:
        module = by_id.get(module_id) if module_id else next(left, None)
        if module is not None:
            found[session_id] = module
    return found
