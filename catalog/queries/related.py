"""Courses beside a course, each with the reason why it is shown (story 7)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from catalog.models import Course
from catalog.queries.cards import ORDERS, CourseCard, cards_of
from catalog.queries.detail import CourseDetail
from peerloop.kit.text import isolated

SHOWN = 4
# So many courses of each tag, and of the creator, are looked at, however many there are.
LOOKED_AT = 60
# An example is looked for among so many courses.
MOST = 200
LEVELS: tuple[str, ...] = tuple(Course.Level.values)
TAGGED, CREATOR = "tagged", "creator"

BEST_LISTED = {"order": ORDERS["rating"].format("c", ""), "listed": Course.listed_sql("c")}

# Each source reads the first rows of an index; tags count how many the two courses share.
OF_SHELF = (
    "(SELECT c.id, c.level AS source, ARRAY[]::varchar[] AS shared FROM courses c"
    " WHERE {listed} AND c.category_id = %(category)s AND c.level = '{level}' AND c.id <> %(id)s"
    " ORDER BY {order} LIMIT %(shown)s)"
)
OF_CREATOR = (
    "(SELECT c.id, 'creator', ARRAY[]::varchar[] FROM courses c"
    " WHERE {listed} AND c.creator_id = %(creator)s AND c.id <> %(id)s"
    " ORDER BY {order} LIMIT %(shown)s)"
)
OF_TAGS = (
    "(SELECT c.id, 'tagged', near.shared FROM ("
    "SELECT t.course_id, array_agg(t.tag ORDER BY t.tag) AS shared"
    " FROM unnest(%(tags)s::varchar[]) AS own (tag) CROSS JOIN LATERAL"
    " (SELECT course_id, tag FROM course_tags WHERE tag = own.tag LIMIT %(looked_at)s) AS t"
    " WHERE t.course_id <> %(id)s GROUP BY t.course_id"
    ") AS near JOIN courses c ON c.id = near.course_id WHERE {listed}"
    " ORDER BY cardinality(near.shared) DESC, {order} LIMIT %(shown)s)"
)
# Only constants of this file and of the models are put together; values go as parameters.
RELATED = " UNION ALL ".join(
    (
        *(OF_SHELF.format(level=level, **BEST_LISTED) for level in LEVELS),
        OF_TAGS.format(**BEST_LISTED),
        OF_CREATOR.format(**BEST_LISTED),
    )
)


@dataclass(frozen=True, slots=True)
class Related:
    """A course that is shown beside another one, and why."""

    card: CourseCard
    reason: str


class _Found(NamedTuple):
    id: UUID
    source: str
    shared: list[str]


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a course: courses with their reasons, and the ladder that it is part of.

    The ladder is one course for each level that its creator teaches in its category, easiest
    first; empty for a single one.
    """

    related: list[Related]
    ladder: list[CourseCard]


def beside(detail: CourseDetail) -> Beside:
    """Up to four listed courses: the next level of its category, common tags, the same creator.

    They take turns, so that none of the reasons crowds out the others; the rest of its shelf fills
    up. Three statements, which read a bounded number of rows.
    """
    given: dict[str, Any] = {
        "id": detail.id,
        "category": detail.category[0] if detail.category else None,
        "creator": detail.creator.id,
        "tags": detail.tags,
        "shown": SHOWN,
        "looked_at": LOOKED_AT,
    }
    with connection.cursor() as cursor:
        cursor.execute(RELATED, given)
        found = [_Found(*row) for row in cursor.fetchall()]
    chosen = _taking_turns(found, detail.level)
    steps = _ladder(detail)
    cards = {card.id: card for card in cards_of([*chosen, *steps])}
    return Beside(
        [Related(cards[key], _reason(one, cards[key], detail)) for key, one in chosen.items()],
        [cards[key] for key in steps],
    )


def _ladder(detail: CourseDetail) -> list[UUID]:
    """The best rated course of each level; the course itself stands for its own."""
    shelf = detail.category[0] if detail.category else None
    rows = Course.objects.listed().filter(creator=detail.creator.id)
    best = rows.order_by("-fair_rating", "-pk").values_list("level", "pk", "category")[:LOOKED_AT]
    on_shelf = {level: pk for level, pk, category in reversed(best) if category == shelf}
    by_level = on_shelf | {detail.level: detail.id}
    return [by_level[level] for level in LEVELS if level in by_level] if len(by_level) > 1 else []


def ladder_example() -> list[CourseCard]:
    """Levels that one creator teaches in one category, easiest first: an example of a ladder.

    Of the listed courses that most students take, the first creator and category with several
    levels, each with the course that most take. Empty if there is none. Two statements.
    """
    known = Course.objects.listed().order_by("-student_count", "-pk")
    steps: defaultdict[tuple[UUID, UUID | None], dict[str, UUID]] = defaultdict(dict)
    for creator, shelf, level, pk in known.values_list("creator", "category", "level", "pk")[:MOST]:
        steps[creator, shelf].setdefault(level, pk)
    by_level = next((found for found in steps.values() if len(found) > 1), {})
    return cards_of([by_level[level] for level in LEVELS if level in by_level])


def _next_level(level: str) -> str:
    """The level after one; none after the last."""
    return dict(pairwise(LEVELS)).get(level, "")


def _taking_turns(found: Iterable[_Found], level: str) -> dict[UUID, _Found]:
    """The first of each reason, then the second of each; what only shares the shelf comes last."""
    of: defaultdict[str, list[_Found]] = defaultdict(list)
    for one in found:
        of[one.source].append(one)
    following = _next_level(level)
    turns = zip_longest(of[following], of[TAGGED], of[CREATOR])
    shelf = [one for name in (level, *LEVELS) if name != following for one in of[name]]
    chosen: dict[UUID, _Found] = {}
    for one in [*(one for turn in turns for one in turn if one), *shelf]:
        if len(chosen) < SHOWN:
            chosen.setdefault(one.id, one)
    return chosen


def _reason(found: _Found, card: CourseCard, detail: CourseDetail) -> str:
    if found.source == TAGGED:
        return f"Also about {', '.join(isolated(tag) for tag in found.shared[:3])}"
    if found.source == CREATOR:
        return f"Also by {isolated(detail.creator.name)}"
    shelf, level = isolated(card.category_name), card.level_label.lower()
    if found.source == _next_level(detail.level):
        return f"The next step in {shelf}: {level}"
    return f"Also in {shelf}, {level}"
