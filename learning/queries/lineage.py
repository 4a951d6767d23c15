"""Who taught whom: the chain of teachers that leads to somebody who teaches a course."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from accounts.models import User
from peerloop.kit.statements import prepared_rows, statement

# So many links at most; a chain is as long as there are generations of teachers.
DEEPEST = 5

LINKS = statement(
    """
    WITH RECURSIVE way AS (
        SELECT root.person AS root, root.course_id, root.person, 0 AS depth
        FROM unnest(%(people)s::uuid[], %(courses)s::uuid[]) AS root(person, course_id)
        UNION ALL
        SELECT way.root, way.course_id, taught.teacher_id, way.depth + 1
        FROM way CROSS JOIN LATERAL (
            SELECT teacher_id FROM enrollments
            WHERE student_id = way.person AND course_id = way.course_id
                AND completion_fired_at IS NOT NULL AND teacher_id IS NOT NULL
                AND status <> 'cancelled'
            ORDER BY completed_at DESC LIMIT 1
        ) AS taught
        WHERE way.depth < {deepest}
    )
    SELECT way.root, way.course_id, u.id, u.name, u.handle, u.avatar_url,
        coalesce(c.code, ''), u.privacy_public, {agreed}
    FROM way JOIN users u ON u.id = way.person
    LEFT JOIN student_teachers t ON t.user_id = u.id AND t.course_id = way.course_id
    LEFT JOIN certificates c ON c.id = t.certificate_id AND c.status = 'issued'
    ORDER BY way.root, way.course_id, way.depth
    """,
    deepest=str(DEEPEST),
    agreed=User.in_lineage_sql("u"),
)


class Link(NamedTuple):
    """A person in a chain. ``code`` is of their certificate to teach the course, if it holds."""

    id: UUID
    name: str
    handle: str
    avatar_url: str
    code: str
    is_public: bool

    @property
    def pk(self) -> UUID:
        """The id, under the name that the avatar template uses."""
        return self.id


Chain = list[Link]


def chains(taught: Sequence[tuple[UUID, UUID]]) -> list[Chain]:
    """For members with a course that they teach: from who taught first to who teaches now.

    Only people who agreed stand in a chain, which begins behind the last who did not; one of a
    single person, or that another one continues, is left out. The longest first. One statement,
    none without members.
    """
    if not taught:
        return []
    people, courses = zip(*taught, strict=True)
    rows = prepared_rows(LINKS, {"people": list(people), "courses": list(courses)})
    found = (_chain(links) for _, links in groupby(rows, key=lambda row: row[:2]))
    longest: list[Chain] = []
    for one in sorted(found, key=len, reverse=True):
        is_told = any(other[: len(one)] == one for other in longest)
        if len(one) > 1 and not is_told:
            longest.append(one)
    return longest


def _chain(rows: Iterable[tuple[Any, ...]]) -> Chain:
    chain: Chain = []
    for _, _, *link, is_agreed in rows:
        one = Link(*link)
        if not is_agreed or one in chain:
            break
        chain.append(one)
    return chain[::-1]
