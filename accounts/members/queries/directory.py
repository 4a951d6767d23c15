"""Finding members: search that forgives typing errors, and the directory of creators.

What is typed is looked for as it stands first; only where nobody has it, what is written alike is
taken. Both read the trigram indexes, and stop at a number of members that does not depend on how
many there are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, transaction
from django.db.models import OuterRef, QuerySet
from django.db.models.expressions import RawSQL

from accounts.members.access import without_blockers
from accounts.models import Expertise, User
from peerloop.kit.counting import MAX_COUNTED, MAX_RANKED, count_up_to
from peerloop.kit.lookups import containing
from peerloop.kit.paging import Page
from peerloop.kit.statements import number_of

# Below three letters there is no whole trigram to look up.
SHORTEST_PART = 3
# How alike two words are at least: "clra" still finds "Clara", "pyhton" still "python".
LIKENESS = "0.28"
BY_NAME = ("name", "pk")
ALIKE = (
    "SELECT id FROM users WHERE %s <%% name",
    "SELECT id FROM users WHERE %s <%% handle",
    "SELECT user_id FROM user_expertise WHERE %s <%% tag",
)
NEARNESS = (
    "greatest(word_similarity(%s, users.name), word_similarity(%s, users.handle),"
    " (SELECT max(word_similarity(%s, tag)) FROM user_expertise WHERE user_id = users.id))"
)

# Subqueries that give ids of members.
Ways = Sequence[Any]


@dataclass(frozen=True, slots=True)
class CreatorCard:
    """A creator in the directory."""

    user: User
    expertise: list[str]
    follower_count: int
    students_taught: int
    courses_created: int
    average_rating: float | None
    total_reviews: int


@dataclass(frozen=True, slots=True)
class CreatorCards:
    """One page of cards; ``total`` counts all that match, up to ``most``. ``is_alike`` when nobody
    has what was typed and these are near it."""

    cards: list[CreatorCard] = field(default_factory=list)
    total: int = 0
    is_alike: bool = False
    most: int = MAX_COUNTED


@dataclass(frozen=True, slots=True)
class Found:
    """The members that a search found. ``is_alike`` when nobody has what was typed."""

    keys: list[UUID]
    is_alike: bool = False


def found_by_name(search: str, look: Callable[[Ways], list[UUID]]) -> Found:
    """``look`` with ways to the members who have the words, else to those who nearly do.

    ``look`` gets subqueries of ids and gives keys, see ``best_of``.
    """
    if len(search) >= SHORTEST_PART:
        keys = look(_as_typed(containing(search)))
        if keys:
            return Found(keys)
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        # Held for this transaction alone; the operator reads it.
        cursor.execute(
            "SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [LIKENESS]
        )
        alike = look([_sql(way, [search]) for way in ALIKE])
        return Found(alike, is_alike=len(search) >= SHORTEST_PART)


def best_of(rows: "QuerySet[Any]", ways: Ways, order: Sequence[str]) -> list[UUID]:
    """Keys of the rows that one of the ways leads to: the first ``MAX_RANKED`` in the order.

    One statement: of words that many have it follows the index of the order, of others that of the
    words.
    """
    columns = [name.removeprefix("-") for name in order if name != "pk"]
    parts = [
        rows.filter(pk__in=way).order_by(*order).values_list("pk", *columns)[:MAX_RANKED]
        for way in ways
    ]
    found: Any = parts[0].union(*parts[1:]).order_by(*order)
    return [key for key, *_ in found[:MAX_RANKED]]


def nearness(search: str) -> RawSQL:
    """How similar a member is to the search text, 0 to 1, in a query that reads ``users``."""
    return _sql(NEARNESS, [search] * 3)


def creator_cards(
    *, viewer: User | None, search: str = "", expertise: str = "", page: Page
) -> CreatorCards:
    """Creators that the viewer may see, by name; while searching, the nearest name first.

    Private ones are left out for everyone but admins and moderators (rule PRIV-3), those who shut
    the viewer out for the viewer (rule PRIV-7). At most four statements.
    """
    listed = _listed(viewer)
    if expertise:
        tagged = Expertise.objects.filter(tag=expertise.lower())
        listed = listed.filter(pk__in=tagged.values("user"))

    if not search:
        return _all(listed, page)
    found = found_by_name(search, lambda ways: best_of(listed, ways, BY_NAME))
    near = User.objects.filter(pk__in=found.keys).order_by(nearness(search).desc(), *BY_NAME)
    cards = [_card(user) for user in _with_columns(near)[page.start : page.stop]]
    return CreatorCards(cards, len(found.keys), found.is_alike and bool(found.keys), MAX_RANKED)


def _listed(viewer: User | None) -> "QuerySet[User]":
    rows = without_blockers(User.objects.active(), viewer).filter(is_creator=True)
    if viewer is not None and viewer.keeps_order:
        return rows
    return rows.filter(privacy_public=True)


def _all(rows: "QuerySet[User]", page: Page) -> CreatorCards:
    """A page of all of them: their ids by the index first, then the few rows."""
    ids = rows.order_by(*BY_NAME).values("pk")[page.start : page.stop]
    shown = User.objects.filter(pk__in=ids).order_by(*BY_NAME).annotate(total=number_of(rows))
    found: list[Any] = list(_with_columns(shown))
    # The rows carry the total; a page past the end has no rows, so it is counted separately.
    total = found[0].total if found else count_up_to(rows) if page.start else 0
    return CreatorCards([_card(user) for user in found], total)


def _with_columns(rows: "QuerySet[User]") -> "QuerySet[User]":
    tags = Expertise.objects.filter(user=OuterRef("pk")).order_by("tag").values("tag")
    return rows.select_related("stats").annotate(tags=ArraySubquery(tags))


def _card(user: Any) -> CreatorCard:
    stats = getattr(user, "stats", None)
    rating = stats.average_rating if stats else None
    return CreatorCard(
        user=user,
        expertise=user.tags,
        follower_count=stats.follower_count if stats else 0,
        students_taught=stats.students_taught if stats else 0,
        courses_created=stats.courses_created if stats else 0,
        average_rating=None if rating is None else float(rating),
        total_reviews=stats.total_reviews if stats else 0,
    )


def _sql(statement: str, given: list[str]) -> RawSQL:
    """A constant of this file as an expression."""
    return RawSQL(statement, given)  # noqa: S611 what is typed goes as a parameter


def _as_typed(pattern: str) -> Ways:
    return [
        User.objects.filter(name__ilike=pattern).values("pk"),
        User.objects.filter(handle__ilike=pattern).values("pk"),
        Expertise.objects.filter(tag__ilike=pattern).values("user"),
    ]
