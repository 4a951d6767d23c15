"""Pages of lists, for the API (``?page=2&limit=20``, rule PLAT-3) and for web pages (``?page=2``).

An API list is a ``ListEndpoint``; what it gives to ``paginate_queryset`` is a QuerySet, or anything
else that can be sliced and has ``count()``. The total of the answer is what ``count()`` says: rows
that know their total at less cost (kept, estimated, capped) say so by their own ``count()``.

A query that reads one page and the total in one statement takes a ``Page`` instead, made by
``page_of`` from a query string, or by ``page_asked`` for a web page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.paginator import Page as DjangoPage
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import BasePagination, PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from peerloop.kit.api import Endpoint
from peerloop.kit.counting import MAX_REACHED, count_up_to
from peerloop.kit.inputs import Query, Whole
from peerloop.kit.parsing import digits_of, whole_number
from peerloop.kit.refusals import Invalid

DEFAULT_LIMIT = 20
MOST_LIMIT = 50
HIGHEST_PAGE = 10_000

Row = TypeVar("Row")


class PageQuery(Query):
    """Which page of a list, as ``page_of`` reads it."""

    page = Whole(
        min_value=1,
        max_value=HIGHEST_PAGE,
        required=False,
        help_text=f"Counts from 1; pages behind {MAX_REACHED:,} rows are empty. 1 without it.",
    )
    limit = Whole(
        min_value=1,
        required=False,
        help_text=f"Rows a page: {DEFAULT_LIMIT} without it, a higher one than {MOST_LIMIT} is "
        f"taken as {MOST_LIMIT}.",
    )


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows of a list: ``page`` counts from 1. Past ``MAX_REACHED`` rows a page is empty."""

    page: int
    limit: int

    @property
    def start(self) -> int:
        """Rows before this page."""
        return (self.page - 1) * self.limit

    @property
    def stop(self) -> int:
        """Rows up to the end of this page; an empty page ends where it starts."""
        return self.start + (self.limit if self.start < MAX_REACHED else 0)


def page_of(parameters: Mapping[str, Any]) -> Page:
    """``page`` and ``limit`` of a query string; a limit over the most, however high, is cut to it.

    Raises Invalid naming the field for anything but a whole number from 1, or a page over 10,000.
    """
    page = _whole(parameters, "page", 1)
    if page > HIGHEST_PAGE:
        raise Invalid.field("page", f"Give a whole number from 1 to {HIGHEST_PAGE}.")
    return Page(page, min(_whole(parameters, "limit", DEFAULT_LIMIT), MOST_LIMIT))


def page_asked(number: str, limit: int) -> Page:
    """The page that a web page's address asks for; what is no number is the first one."""
    return Page(max(1, min(digits_of(number) or 1, HIGHEST_PAGE)), limit)


def page_links(total: int, page: Page) -> DjangoPage:
    """The page in the form that the tag ``pagination`` takes; past the end, the last one."""
    return Paginator(range(min(total, MAX_REACHED)), page.limit).get_page(page.page)


class CappedPaginator(Paginator):
    """Counts a QuerySet up to ``MAX_COUNTED`` rows, so that long lists cost as much as short."""

    @cached_property
    def count(self) -> int:
        """All rows, or ``MAX_COUNTED`` if there are more."""
        rows: Any = self.object_list
        return count_up_to(rows) if isinstance(rows, QuerySet) else super().count


class OpenPaginator(CappedPaginator):
    """A page past the end is empty: a list may get shorter while somebody reads it."""

    def validate_number(self, number: Any) -> int:
        """Every number is fine; ``page_of`` has bounded it."""
        return int(number)

    def page(self, number: Any) -> DjangoPage:
        """The rows of a page, also behind those that are counted; none past ``MAX_REACHED``."""
        page = Page(self.validate_number(number), self.per_page)
        return DjangoPage(self.object_list[page.start : page.stop], page.page, self)


class PageNumbers(PageNumberPagination):
    """Answers ``{"<list_name of the view>": [...], "total": 41, "page": 2}``.

    Unlike REST framework's own it refuses a page or limit that is no number (400 with the field).
    """

    page_size_query_param = "limit"
    page_size = DEFAULT_LIMIT
    max_page_size = MOST_LIMIT
    django_paginator_class = OpenPaginator
    template = None
    list_name = ""

    def get_page_size(self, request: Request) -> int:
        """Rows a page; raises Invalid."""
        return page_of(request.query_params).limit

    def get_page_number(self, request: Request, paginator: Paginator) -> int:
        """Counts from 1; raises Invalid."""
        return page_of(request.query_params).page

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """The rows of the page that is asked for."""
        self.list_name = view.list_name
        return super().paginate_queryset(queryset, request, view) or []

    def get_paginated_response(self, data: Any) -> Response:
        """The rows under the list's name, with the total of all pages."""
        assert self.page is not None, "paginate_queryset comes first"
        total, page = self.page.paginator.count, self.page.number
        return Response({self.list_name: data, "total": total, "page": page})


class ListEndpoint(Endpoint, GenericAPIView[Any]):
    """An API list: ``paginate_queryset`` reads a page, ``get_paginated_response`` answers it."""

    list_name = ""
    pagination_class: type[BasePagination] = PageNumbers

    def paginate_queryset(self, queryset: "QuerySet[Any, Row] | Sequence[Row]") -> list[Row]:
        """The rows of the page that is asked for; raises Invalid naming ``page`` or ``limit``."""
        return super().paginate_queryset(queryset) or []

    def listed(
        self, rows: "QuerySet[Any] | Sequence[Any]", shape: type[Serializer[Any]]
    ) -> Response:
        """The page that is asked for, each row as ``shape`` answers it; raises Invalid."""
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(shape(page, many=True).data)


def _whole(parameters: Mapping[str, Any], name: str, default: int) -> int:
    value = parameters.get(name)
    if value in (None, ""):
        return default
    number = whole_number(str(value))
    if number is None or number < 1:
        raise Invalid.field(name, "Give a whole number from 1.")
    return number
