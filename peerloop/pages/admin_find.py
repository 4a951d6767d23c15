"""The search of the admin site over everything: a few of each kind, and a way to the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from peerloop.kit.admin_lists import ListAdmin, values_of
from peerloop.kit.ids import uuid_of

SHOWN, COLUMNS = 6, 5
SHORTEST = 2
# What columns say where there is nothing.
NOTHING = (None, "", "-")


@dataclass(frozen=True, slots=True)
class FoundRow:
    """One row: what its list says of it, and its page."""

    href: str
    first: str
    rest: list[str]


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one list, and the list with all that match."""

    label: str
    rows: list[FoundRow]
    has_more: bool
    href: str


def found_in(site: AdminSite, request: HttpRequest, words: str) -> list[Section]:
    """What matches, in the order of ``place_in_search``. A fixed number of statements.

    An id is looked up as it is; fewer than two signs match nothing.
    """
    pages = [one for one in site._registry.values() if isinstance(one, ListAdmin)]
    searched = sorted(
        (one for one in pages if one.place_in_search), key=lambda one: one.place_in_search
    )
    if len(words) < SHORTEST:
        return []
    sections = [_section(one, request, words) for one in searched]
    return [one for one in sections if one.rows]


def only_one(sections: Sequence[Section], words: str) -> str:
    """The page of the row whose id was typed; nothing for other words."""
    return sections[0].rows[0].href if sections and uuid_of(words) is not None else ""


def _section(page: ListAdmin, request: HttpRequest, words: str) -> Section:
    key = uuid_of(words)
    rows = page.get_queryset(request)
    if key is not None:
        rows = rows.filter(pk=key)
    else:
        rows, _ = page.get_search_results(request, rows, words)
    beside: Any = page.get_list_select_related(request)
    found = list(rows.select_related(*beside)[: SHOWN + 1] if beside else rows[: SHOWN + 1])
    options = page.model._meta
    route = f"admin:{options.app_label}_{options.model_name}"
    return Section(
        str(options.verbose_name_plural).capitalize(),
        [_row(page, row, f"{route}_change") for row in found[:SHOWN]],
        len(found) > SHOWN,
        f"{reverse(f'{route}_changelist')}?{urlencode({'q': words})}",
    )


def _row(page: ListAdmin, row: Any, route: str) -> FoundRow:
    said = [
        str(value)
        for value in values_of(page, row)[:COLUMNS]
        if value not in NOTHING and not isinstance(value, bool | date)
    ]
    first, *rest = said or [str(row)]
    return FoundRow(reverse(route, args=[row.pk]), first, rest)
