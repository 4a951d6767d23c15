"""Base of every list of the admin site: its cost does not grow with the number of rows."""

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import lookup_field
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.paginator import Paginator
from django.db import DataError, connection, transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.text import smart_split, unescape_string_literal

from peerloop.kit.admin_search import rows_with
from peerloop.kit.counting import MAX_REACHED

# Counted exactly up to so many rows; above that PostgreSQL's estimate is shown.
MAX_COUNTED = 1_000
# What filters ask of a field.
LOOKUPS = frozenset(
    ["", *(f"__{word}" for word in ("exact", "in", "isnull", "isempty", "gt", "gte", "lt", "lte"))]
    + [f"__{word}" for word in ("id__exact", "year", "month", "day")]
)


class EstimatingPaginator(Paginator):
    """Counts a short list exactly, takes the planner's estimate for a long one."""

    @cached_property
    def count(self) -> int:
        """All rows of the list, exact up to ``MAX_COUNTED``."""
        rows: Any = self.object_list
        rows = rows.order_by().values("pk")
        counted: int = rows[:MAX_COUNTED].count()
        return counted if counted < MAX_COUNTED else max(counted, estimate(rows))

    @property
    def num_pages(self) -> int:
        """Pages up to ``MAX_REACHED`` rows: the database reads all that a page skips."""
        reached = min(self.count, MAX_REACHED)
        return max(1, -(-reached // self.per_page))


def estimate(rows: QuerySet[Any, Any]) -> int:
    """How many rows PostgreSQL expects a query to have, without running it."""
    (found,) = json.loads(rows.explain(format="json"))
    return int(found["Plan"]["Plan Rows"])


class KnownValuesFilter(admin.AllValuesFieldListFilter):
    """The values that a subclass names, for a column without choices."""

    values: Sequence[str] = ()

    def __init__(self, field: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(field, *args, **kwargs)
        self.lookup_choices: Any = self.values_of(field)

    def values_of(self, field: Any) -> Sequence[str]:
        """What the filter offers, in order."""
        return self.values


class StoredValuesFilter(KnownValuesFilter):
    """The values that a column holds, read one after the other from its index."""

    def values_of(self, field: Any) -> Sequence[str]:
        """Those of the table."""
        return stored_values(field.model._meta.db_table, field.column)


def stored_values(table: str, column: str) -> list[str]:
    """The different values of an indexed column in order: one probe of the index for each."""
    name, source = connection.ops.quote_name(column), connection.ops.quote_name(table)
    statement = f"""
        WITH RECURSIVE found AS (
            (SELECT {name} AS value FROM {source} ORDER BY {name} LIMIT 1)
            UNION ALL
            SELECT (SELECT {name} FROM {source} WHERE {name} > found.value
                    ORDER BY {name} LIMIT 1)
            FROM found WHERE found.value IS NOT NULL
        ) SELECT value FROM found WHERE value IS NOT NULL
    """  # noqa: S608 names of a model's table and column
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [value for (value,) in cursor.fetchall()]


class ChosenRow(AutocompleteSelect):
    """Django's search for a row; a value that is no key of such a row chooses nothing."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        """As Django, which fails for a text that is no UUID."""
        key = self.field.remote_field.get_related_field()
        return super().optgroups(name, [one for one in value if _fits(key, one)], attr)


def _fits(key: Any, value: Any) -> bool:
    try:
        key.to_python(value)
    except ValidationError:
        return False
    return True


def _name_of(one: Any) -> str:
    """The field of a filter, or the parameter of one that makes its own query."""
    name = one[0] if isinstance(one, tuple | list) else one
    return name if isinstance(name, str) else str(name.parameter_name)


class ListAdmin(admin.ModelAdmin):
    """A list in an order that an index serves.

    A subclass names its ``ordering`` where the newest id first is not what is wanted, the rows that
    it shows beside its own in ``list_select_related``, and columns that may be sorted by in
    ``sortable_by``: each needs an index. A text in ``search_fields`` has a trigram index, or an
    index for texts that are compared as a whole ("code__exact"). Dates are filtered by
    ``DateFieldListFilter``, texts without choices by ``StoredValuesFilter``; ``date_hierarchy``
    reads every row.
    """

    show_full_result_count = False
    paginator = EstimatingPaginator
    ordering: ClassVar[Any] = ("-pk",)
    sortable_by: ClassVar[Any] = ()

    # Where its rows stand among what the search over everything finds; 0: not among it.
    place_in_search: ClassVar[int] = 0

    # What links into the list ask, beside the filters.
    link_lookups: ClassVar[Sequence[str]] = ()

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only what the filters beside the list, and links into it, ask.

        Django allows each column: a password's hash or a token could be guessed letter by letter.
        """
        if lookup in self.link_lookups:
            return True
        return any(
            lookup.startswith(name) and lookup.removeprefix(name) in LOOKUPS
            for name in map(_name_of, self.get_list_filter(request))  # type: ignore[arg-type]
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The rows with all words in one place, see ``rows_with``; words in quotes are one."""
        words = [_unquoted(word) for word in smart_split(search_term)]
        fields = self.get_search_fields(request)
        if not words or not fields:
            return queryset, False
        condition = rows_with(self.model, fields, words)
        return (queryset.none() if condition is None else queryset.filter(condition)), False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """As Django, with ``ChosenRow`` for what is searched."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", ChosenRow(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """As Django; values of the query string that fit no column lead back to the list.

        Django sees to those that its fields refuse, not to a year of -1 or a number too large.
        """
        try:
            # Without a transaction of its own a refused statement would spoil the page's.
            with transaction.atomic():
                return super().get_changelist_instance(request)
        except (ValueError, OverflowError, DataError) as error:
            raise IncorrectLookupParameters(error) from error


def values_of(page: admin.ModelAdmin, row: Model) -> list[Any]:
    """What the columns of a list hold for a row: choices in words, nothing as None."""
    return [_value_of(name, row, page) for name in page.list_display]


def _value_of(name: Any, row: Model, page: admin.ModelAdmin) -> Any:
    try:
        field, _, value = lookup_field(name, row, page)
    except ObjectDoesNotExist:
        return None
    choices = dict(field.flatchoices) if field is not None else {}
    return choices.get(value, value)


def _unquoted(word: str) -> str:
    is_quoted = len(word) > 1 and word[0] in "\"'" and word[0] == word[-1]
    return unescape_string_literal(word) if is_quoted else word
