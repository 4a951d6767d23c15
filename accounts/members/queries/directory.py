"""Finding members: search that forgives typing errors, and the directory of creators.

What is typed is looked for as it stands first; only where nobody has it, what is written alike is
taken. Both ways read the trigram indexes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, transaction
from django.db.models import OuterRef, QuerySet
from django.db.models.expressions import RawSQL

from accounts.members.access import without_blockers
from accounts.models import Expertise, User
from peerloop.kit.counting import count_up_to
from peerloop.kit.paging import Page

# Below three letters there is no whole trigram to look up.
SHORTEST_PART = 3
# How alike two words are at least: "clra" still finds "Clara", "pyhton" still "python".
LIKENESS = "0.28"
AS_TYPED = (
    "SELECT id FROM users WHERE name ILIKE %s UNION SELECT id FROM users WHERE handle ILIKE %s"
    " UNION SELECT user_id FROM user_expertise WHERE tag ILIKE %s"
)
ALIKE = (
    "SELECT id FROM users WHERE %s <%% name UNION SELECT id FROM users WHERE %s <%% handle"
    " UNION SELECT user_id FROM user_expertise WHERE %s <%% tag"
)
NEARNESS = (
    "greatest(word_similarity(%s, users.name), word_similarity(%s, users.handle),"
    " (SELECT max(word_similarity(%s, tag)) FROM user_expertise WHERE user_id = users.id))"
)

Rows = TypeVar("Rows")


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
    """One page of cards; ``is_alike`` when nobody has what was typed and these are near it."""

    cards: list[CreatorCard] = field(default_factory=list)
    total: int = 0
    is_alike: bool = False


@dataclass(frozen=True, slots=True)
class Found(Generic[Rows]):
    """The result of a search."""

    rows: Rows
    is_alike: bool = False


def found_by_name(search: str, look: Callable[[RawSQL | None], Rows]) -> Found[Rows]:
    """``look`` with the ids of the members who have the words, else of those who nearly do.

    ``look`` gets a subquery of ids (None for no search) and reads its rows; empty ones are falsy.
    """
    if not search:
        return Found(look(None))
    if len(search) >= SHORTEST_PART:
        rows = look(_sql(AS_TYPED, [f"%{_plain(search)}%"] * 3))
        if rows:
            return Found(rows)
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        # Held for this transaction alone; the operator reads it.
        cursor.execute(
            "SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [LIKENESS]
        )
        return Found(look(_sql(ALIKE, [search] * 3)), is_alike=len(search) >= SHORTEST_PART)


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

    def look(ids: RawSQL | None) -> CreatorCards:
        rows = listed if ids is None else listed.filter(pk__in=ids)
        return _read(rows, search, page)

    found = found_by_name(search, lambda ids: _some(look(ids)))
    cards = found.rows or CreatorCards()
    return CreatorCards(cards.cards, cards.total, found.is_alike and bool(cards.cards))


def _some(cards: CreatorCards) -> CreatorCards | None:
    return cards if cards.total else None


def _listed(viewer: User | None) -> "QuerySet[User]":
    rows = without_blockers(User.objects.active(), viewer).filter(is_creator=True)
    if viewer is not None and (viewer.is_admin or viewer.is_moderator):
        return rows
    return rows.filter(privacy_public=True)


def _read(rows: "QuerySet[User]", search: str, page: Page) -> CreatorCards:
    order: list[Any] = ["name", "pk"]
    if search:
        order = [nearness(search).desc(), *order]
    tags = Expertise.objects.filter(user=OuterRef("pk")).order_by("tag").values("tag")
    found = (rows.select_related("stats").annotate(tags=ArraySubquery(tags)).order_by(*order))[
        page.start : page.stop
    ]
    cards = [_card(user) for user in found]
    is_all = page.page == 1 and len(cards) < page.limit
    return CreatorCards(cards, len(cards) if is_all else count_up_to(rows))


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


def _plain(search: str) -> str:
    """The words without a meaning of their own in a LIKE."""
    return search.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
