"""The titles of the modules that sessions teach, by SQL: ``modules_of`` where only words show."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

import orjson
from django.db import connection

from learning.queries import paid_for
from scheduling.models import Session
from scheduling.queries.sessions import given_out

# The sessions that stand (rule BOOK-2), what was taught or marked, and the modules of the course.
MODULES = """
SELECT e.modules_paid,
    (SELECT jsonb_agg(jsonb_build_array(s.id, s.module_id) ORDER BY s.scheduled_start, s.id)
     FROM sessions s WHERE s.enrollment_id = e.id AND s.kind = 'course'
        AND s.status IN ('scheduled', 'in_progress', 'completed')),
    (SELECT jsonb_agg(p.module_id) FROM module_progress p WHERE p.enrollment_id = e.id),
    (SELECT jsonb_agg(jsonb_build_array(m.id, m.archived_at, m.title)
                      ORDER BY m.module_order, m.created_at, m.id)
     FROM course_curriculum m WHERE m.course_id = e.course_id)
FROM enrollments e WHERE e.id = ANY(%s)
"""


class Booked(Protocol):
    """A session as far as its module matters."""

    @property
    def pk(self) -> UUID:
        """Its id."""

    @property
    def enrollment_id(self) -> UUID | None:
        """The enrollment that it belongs to."""

    @property
    def kind(self) -> str:
        """A word of ``Session.Kind``."""


class Titled(NamedTuple):
    """A module's id, whether it is still in the course, and its title."""

    pk: UUID
    archived_at: datetime | None
    title: str


class HasTitle(Protocol):
    """A module as far as words need it."""

    @property
    def title(self) -> str:
        """What it is called."""


def module_titles_of(sessions: Iterable[Booked]) -> dict[UUID, str]:
    """The title of each session's module (rule BOOK-6), where it has one: one statement."""
    return {key: module.title for key, module in titled_modules_of(sessions).items()}


def titled_modules_of(sessions: Iterable[Booked]) -> dict[UUID, Titled]:
    """The same with the modules' ids."""
    enrollments = {
        session.enrollment_id
        for session in sessions
        if session.kind == Session.Kind.COURSE and session.enrollment_id
    }
    found: dict[UUID, Titled] = {}
    if not enrollments:
        return found
    with connection.cursor() as cursor:
        cursor.execute(MODULES, [list(enrollments)])
        rows = cursor.fetchall()
    for number, standing, touched, listed in rows:
        modules = [Titled(UUID(key), *rest) for key, *rest in orjson.loads(listed or "[]")]
        marked = {UUID(key) for key in orjson.loads(touched or "[]")}
        places = [
            (UUID(session), UUID(module) if module else None)
            for session, module in orjson.loads(standing or "[]")
        ]
        found |= given_out(paid_for(number, modules, marked), places)
    return found
