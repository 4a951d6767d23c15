"""The list of courses: filters, order, search and the total in one statement.

Written in SQL and not with the ORM because this is the busiest read of the product: one statement
whatever is asked, plain tuples out. ``bench/catalog_plans.py`` shows its plans on many rows.
"""

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.urls import reverse

from catalog.models import Course
from catalog.models.rating import NEW_DAYS
from catalog.queries.meaning import meaning_of
from peerloop.kit.counting import MAX_COUNTED, MAX_RANKED
from peerloop.kit.paging import Page
from peerloop.kit.statements import prepared_cursor

SORTS = ("rating", "students", "price", "newest")
DEFAULT_SORT = "rating"
LEVEL_LABELS = {level.value: str(level.label) for level in Course.Level}

# Each order has an index that ends with the id, so that no course is repeated or missing.
ORDERS = {
    "rating": "{0}.fair_rating DESC, {0}.id DESC",
    "students": "{0}.student_count DESC, {0}.id DESC",
    "price": "{0}.price_cents, {0}.id",
    "newest": "{0}.first_published_at DESC, {0}.id DESC",
}
BEST = "{1}rank DESC, {0}.student_count DESC, {0}.id DESC"
# Only constants of this file are put together below; all values go as parameters.
AS_ASKED = "course_query(%s)"
AS_MEANT = "to_tsquery('english', %s)"
LISTED = " FROM courses c WHERE " + Course.listed_sql("c") + "{asked}"
KEPT_TOTAL = "(SELECT coalesce(sum(courses), 0)::int FROM course_shelf_counts s WHERE true{asked})"
COUNTED = f"(SELECT count(*) FROM (SELECT 1{{rows}} LIMIT {MAX_COUNTED}) AS counted)"  # noqa: S608
# What a search finds is counted in the order of an index. In no order, PostgreSQL reads the table
# from its beginning for a word that it takes to be common.
ANYHOW = " ORDER BY c.student_count DESC, c.id DESC"
BEST_KNOWN = (
    " FROM (SELECT c.id, c.search, c.student_count{rows}"
    f" ORDER BY c.student_count DESC, c.id DESC LIMIT {MAX_RANKED}) AS c"
)
PICKED = (
    "SELECT c.id, {total} AS total, {rank} AS rank{rows}"
    " ORDER BY {order} LIMIT {limit:d} OFFSET {start:d}"
)
FACETS = (
    "SELECT category_id, level, count(*) FROM"
    " (SELECT c.category_id, c.level{rows} LIMIT {most:d}) AS counted"
    " GROUP BY category_id, level"
)
FEATURED = (
    "(SELECT c.id, 0 AS total"
    + LISTED.format(asked=" AND c.is_featured")
    + " ORDER BY {order} LIMIT %(number)s) UNION (SELECT c.id, 0"
    + LISTED.format(asked="")
    + " ORDER BY {order} LIMIT %(number)s)"
)
NAMED = "SELECT id, place AS total FROM unnest(%s::uuid[]) WITH ORDINALITY AS named (id, place)"
CARDS = (
    "SELECT c.id, c.slug, c.title, {text}, c.thumbnail_url, c.level, c.price_cents, c.currency,"
    " c.duration, c.rating::float8, c.rating_count, c.student_count,"
    " c.first_published_at > now() - make_interval(days => {new_days:d}),"
    " g.id, g.name, u.id, u.name, u.avatar_url, picked.total"
    " FROM ({picked}) AS picked JOIN courses c ON c.id = picked.id"
    " JOIN categories g ON g.id = c.category_id JOIN users u ON u.id = c.creator_id"
    " ORDER BY {order}"
)


@dataclass(frozen=True, slots=True)
class CourseFilter:
    """What to list. Prices in cents, both bounds included; no ``sort`` means: best match first
    while searching, best rated first otherwise (rule CAT-8)."""

    search: str = ""
    level: str = ""
    category_id: UUID | None = None
    creator_id: UUID | None = None
    least_cents: int | None = None
    most_cents: int | None = None
    sort: str = ""

    @property
    def is_on_shelf(self) -> bool:
        """Whether category and level are all it asks, so that the kept counts know the total."""
        prices = (self.least_cents, self.most_cents)
        return not self.search and self.creator_id is None and prices == (None, None)

    @property
    def narrows(self) -> bool:
        """Whether it leaves out any course at all."""
        return not self.is_on_shelf or bool(self.level or self.category_id)

    @property
    def most(self) -> int:
        """Up to what number its courses are counted; 0 where the total is exact."""
        if self.is_on_shelf:
            return 0
        return MAX_RANKED if self.search and not self.sort else MAX_COUNTED


class CourseCard(NamedTuple):
    """A course in a list."""

    id: UUID
    slug: str
    title: str
    description: str
    thumbnail_url: str | None
    level: str
    price_cents: int
    currency: str
    duration: str
    rating: float | None
    rating_count: int
    student_count: int
    is_new: bool
    category_id: UUID
    category_name: str
    creator_id: UUID
    creator_name: str
    creator_avatar_url: str

    @property
    def level_label(self) -> str:
        """The level as words."""
        return LEVEL_LABELS[self.level]

    @property
    def path(self) -> str:
        """The path of its page."""
        return _course_path(self.slug)


@lru_cache(maxsize=4096)
def _course_path(slug: str) -> str:
    """Cached, because reversing the URL takes a fifth of the time of a card."""
    return reverse("course", args=[slug])


@dataclass(frozen=True, slots=True)
class CardPage:
    """One page of the list. ``meant`` is set when no course has the words that were asked for:
    these have the words that it names instead, found by ``meant_query``. ``total`` is counted up
    to ``most`` (0: exactly)."""

    cards: list[CourseCard]
    total: int
    page: int
    limit: int
    meant: str = ""
    most: int = MAX_COUNTED
    meant_query: str = ""


def course_cards(wanted: CourseFilter, page: Page, *, with_text: bool = True) -> CardPage:
    """One page of the listed courses. One statement; three more where no course has the words.

    ``with_text=False`` leaves the descriptions out, for pages that do not show them.
    """
    if not wanted.search:
        return _read(_plain(wanted), wanted, page, with_text)
    found = _read(_matching(wanted, AS_ASKED, wanted.search), wanted, page, with_text)
    return found if found.total else _as_meant(found, wanted, page, with_text)


def _as_meant(found: CardPage, wanted: CourseFilter, page: Page, with_text: bool) -> CardPage:
    """The same search without its typing errors: all of its words, else any of them."""
    meaning = meaning_of(wanted.search)
    for every in (True, False):
        if meaning.groups:
            words = meaning.query(every=every)
            near = _read(_matching(wanted, AS_MEANT, words), wanted, page, with_text)
            if near.total:
                return replace(near, meant=meaning.text, meant_query=words)
    return found


def facets(wanted: CourseFilter, meant_query: str = "") -> dict[UUID, dict[str, int]] | None:
    """How many courses each category has at each level, of those that the other filters leave.

    ``meant_query``: what a search without its typing errors looked for. None where more are left
    than are counted: no more are read, so nobody knows. One statement.
    """
    others = replace(wanted, category_id=None, level="")
    most = MAX_RANKED if wanted.search else MAX_COUNTED
    asked, given = _conditions(others)
    if others.search:
        query, words = (AS_MEANT, meant_query) if meant_query else (AS_ASKED, others.search)
        asked, given = f" AND c.search @@ {query}{asked}{ANYHOW}", [words, *given]
    with connection.cursor() as cursor:
        cursor.execute(FACETS.format(rows=LISTED.format(asked=asked), most=most + 1), given)
        rows = cursor.fetchall()
    if sum(count for _, _, count in rows) > most:
        return None
    found: dict[UUID, dict[str, int]] = {}
    for category_id, level, count in rows:
        found.setdefault(category_id, {})[level] = count
    return found


def featured_cards(number: int) -> list[CourseCard]:
    """Courses for the front page: featured ones first, then the best rated. One statement."""
    best_rated = ORDERS["rating"].format("c", "")
    picked = FEATURED.format(order=best_rated)
    order = f"c.is_featured DESC, {best_rated} LIMIT %(number)s"
    with connection.cursor() as cursor:
        cursor.execute(_cards(picked, order, with_text=False), {"number": number})
        return [CourseCard._make(row[:-1]) for row in cursor.fetchall()]


def cards_of(keys: list[UUID]) -> list[CourseCard]:
    """The cards of these courses, in this order, whatever their status. One statement."""
    if not keys:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_cards(NAMED, "picked.total", with_text=False), [keys])
        return [CourseCard._make(row[:-1]) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class _Source:
    """Where ids come from: ``FROM`` with its conditions, the total as an expression, the rank."""

    rows: str
    given: list[Any]
    total: str = "count(*) OVER ()"
    total_given: list[Any] = field(default_factory=list)
    rank: str = "0"
    rank_given: list[Any] = field(default_factory=list)


def _plain(wanted: CourseFilter) -> _Source:
    asked, given = _conditions(wanted)
    rows = LISTED.format(asked=asked)
    if wanted.is_on_shelf:
        shelf, shelf_given = _conditions(wanted, table="s")
        total = KEPT_TOTAL.format(asked=shelf)
        # An empty shelf is known at once: else the index of the order is read to its end for it.
        return _Source(f"{rows} AND {total} > 0", [*given, *shelf_given], total, shelf_given)
    # A count beside the rows, so that the rows still come from the index of their order.
    return _Source(rows, given, COUNTED.format(rows=rows), given)


def _matching(wanted: CourseFilter, query: str, words: str) -> _Source:
    asked, conditions = _conditions(wanted)
    rows, given = LISTED.format(asked=f" AND c.search @@ {query}{asked}"), [words, *conditions]
    if wanted.sort:
        return _Source(rows, given, COUNTED.format(rows=rows + ANYHOW), given)
    # A word that every third course has must not cost a rank of every third course: those with
    # most students are ranked.
    return _Source(
        rows=BEST_KNOWN.format(rows=rows),
        given=given,
        rank=f"ts_rank(c.search, {query}, 1)",
        rank_given=[words],
    )


def _conditions(wanted: CourseFilter, table: str = "c") -> tuple[str, list[Any]]:
    asked = (
        ("level = %s", wanted.level or None),
        ("category_id = %s", wanted.category_id),
        ("creator_id = %s", wanted.creator_id),
        ("price_cents >= %s", wanted.least_cents),
        ("price_cents <= %s", wanted.most_cents),
    )
    held = [(f" AND {table}.{column}", value) for column, value in asked if value is not None]
    return "".join(part for part, _ in held), [value for _, value in held]


def _read(source: _Source, wanted: CourseFilter, page: Page, with_text: bool) -> CardPage:
    """Find the ids with only what orders them, then read the few rows of the page."""
    order = BEST if wanted.search and not wanted.sort else ORDERS[wanted.sort or DEFAULT_SORT]
    picked = PICKED.format(
        total=source.total,
        rank=source.rank,
        rows=source.rows,
        order=order.format("c", ""),
        limit=page.stop - page.start,
        start=page.start,
    )
    given = [*source.total_given, *source.rank_given, *source.given]
    # Only the list as it is first seen is asked so often; filters want a plan for their values.
    is_kept = not wanted.narrows and page.page == 1
    with prepared_cursor() if is_kept else connection.cursor() as cursor:
        cursor.execute(_cards(picked, order.format("c", "picked."), with_text=with_text), given)
        rows = cursor.fetchall()
        total = rows[0][-1] if rows else 0
        if not rows and page.page > 1:
            cursor.execute(f"SELECT {COUNTED.format(rows=source.rows)}", source.given)
            total = cursor.fetchone()[0]
    cards = [CourseCard._make(row[:-1]) for row in rows]
    return CardPage(cards, total, page.page, page.limit, most=wanted.most)


def _cards(picked: str, order: str, *, with_text: bool) -> str:
    text = "c.description" if with_text else "''"
    return CARDS.format(text=text, new_days=NEW_DAYS, picked=picked, order=order)
