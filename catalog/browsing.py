"""Filters of the catalog page, and the links that change one of them."""

from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from catalog.forms import SORT_LABELS, CatalogForm
from catalog.models import Course
from catalog.queries import CardPage, Shelf, course_cards, creator_of_handle
from catalog.queries.cards import DEFAULT_SORT, facets
from peerloop.kit.paging import Page, page_asked
from peerloop.kit.text import isolated

CARDS_PER_PAGE = 18


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that sets one filter or sort order; the link of an active filter removes it.

    ``key`` is its element id, so that the focus stays on it when htmx replaces the list.
    """

    key: str
    label: str
    href: str
    is_active: bool
    count: int | None = None


class Catalog:
    """The courses that a query of the catalog page asks for, and links that change the query."""

    def __init__(self, form: CatalogForm, all_shelves: list[Shelf]) -> None:
        asked, self.path = form.cleaned_data, reverse("courses")
        self.all_shelves = all_shelves
        self.shelf = next((one for one in all_shelves if one.slug == asked.get("category")), None)
        handle = asked.get("creator", "")
        self.creator = creator_of_handle(handle) if handle else None
        self.is_counted = True
        self.wanted = form.wanted(self.shelf, self.creator.pk if self.creator else None)
        self.asked = {
            "q": self.wanted.search,
            "category": self.shelf.slug if self.shelf else "",
            "level": self.wanted.level,
            "creator": self.creator.handle if self.creator else "",
            "min_price": _plain(asked.get("min_price")),
            "max_price": _plain(asked.get("max_price")),
            "sort": self.wanted.sort,
        }

    def page(self, number: str) -> CardPage:
        """The page with that number, or the last one if the number is too high."""
        page = page_asked(number, CARDS_PER_PAGE)
        found = course_cards(self.wanted, page, with_text=False)
        if not found.cards and found.total:
            last = Page(-(-found.total // CARDS_PER_PAGE), CARDS_PER_PAGE)
            found = course_cards(self.wanted, last, with_text=False)
        self._count_shelves(found)
        return found

    def address(self, **changes: Any) -> str:
        """The URL of this page with some query parameters changed."""
        asked = {name: value for name, value in (self.asked | changes).items() if value != ""}
        return f"{self.path}?{urlencode(asked)}" if asked else self.path

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Hidden fields that keep the other filters when a new search is submitted."""
        kept = ("category", "level", "creator", "sort")
        return [(name, self.asked[name]) for name in kept if self.asked[name]]

    @property
    def categories(self) -> list[Choice]:
        """A filter for each category, with its number of courses where that is known."""
        level = self.wanted.level
        return [
            self._choice("category", one.slug, one.name, self._count(one.courses(level)))
            for one in self.all_shelves
        ]

    @property
    def levels(self) -> list[Choice]:
        """A filter for each level, with its number of courses where that is known."""
        kept = [self.shelf] if self.shelf else self.all_shelves
        return [
            self._choice(
                "level",
                level.value,
                str(level.label),
                self._count(sum(one.courses(level.value) for one in kept)),
            )
            for level in Course.Level
        ]

    @property
    def sorts(self) -> list[Choice]:
        """The sort orders; "best match" is offered only for a search."""
        usual = "" if self.wanted.search else DEFAULT_SORT
        labels = ({"": "Best match"} if self.wanted.search else {}) | SORT_LABELS
        chosen = self.wanted.sort or usual
        return [
            Choice(
                f"sort-{sort or 'match'}",
                label,
                self.address(sort="" if sort == usual else sort),
                sort == chosen,
            )
            for sort, label in labels.items()
        ]

    @property
    def narrowed_by(self) -> list[Choice]:
        """The active filters, each with a link that removes it."""
        prices = {"min_price": "", "max_price": ""}
        held = [
            (self.shelf and self.shelf.name, {"category": ""}),
            (self.wanted.level and Course.Level(self.wanted.level).label, {"level": ""}),
            (self.creator and f"By {isolated(self.creator.name)}", {"creator": ""}),
            (self._price_words, prices),
        ]
        return [
            Choice(f"without-{next(iter(off))}", str(words), self.address(**off), True)
            for words, off in held
            if words
        ]

    def _count_shelves(self, found: CardPage) -> None:
        """Count what search, prices and creator leave on each shelf: the kept counts don't know."""
        if self.wanted.is_on_shelf:
            return
        counts = facets(self.wanted, found.meant_query)
        self.is_counted = counts is not None
        self.all_shelves = [
            replace(one, by_level=(counts or {}).get(one.id, {})) for one in self.all_shelves
        ]

    @property
    def _price_words(self) -> str:
        least, most = self.asked["min_price"], self.asked["max_price"]
        if least and most:
            return f"${least} to ${most}"
        return f"From ${least}" if least else f"Up to ${most}" if most else ""

    def _choice(self, name: str, value: str, label: str, count: int | None) -> Choice:
        is_active = self.asked[name] == value
        href = self.address(**{name: "" if is_active else value})
        return Choice(f"{name}-{value}", label, href, is_active, count)

    def _count(self, courses: int) -> int | None:
        """The count, or None where there are too many to count."""
        return courses if self.is_counted else None


def _plain(price: Any) -> str:
    """A price in dollars without needless decimals: 450, or 449.50."""
    if price is None:
        return ""
    return f"{price:.0f}" if price == price.to_integral_value() else f"{price:.2f}"
