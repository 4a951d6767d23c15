"""The menus: each app declares its links in ``navigation.py``, templates ask for a menu's items.

A link names its page by URL name, so a page that doesn't exist can't be linked, and stands in its
menu by ``order``, whichever app declared it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.urls import reverse

# The menus. Beside these, the name of a side ("teach", "create") is the menu of that side's pages.
PUBLIC = "public"  # top bar of visitors
FOOTER = "footer"
RAIL = "rail"  # side bar: pages that every member has
DUTIES = "duties"  # side bar: below, for those who moderate or administer
SIDES = "sides"  # the role switch: the home of each side
BOTTOM = "bottom"  # bottom bar of phones; the home of the open side stands among it by its order
TOOLS = "tools"  # icons of the top bar
ACCOUNT = "account"  # behind the avatar
SETTINGS = "settings"  # tabs of the settings
DUTIES_LABEL = "More"
# Stands for the id of a row while the path of a page is worked out, once a process.
ANY = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One entry of a menu.

    ``page``: a URL name without arguments. ``order``: lower stands first. ``roles``: shown to who
    holds one of them; empty: to all. ``unless``: not shown to who holds that role. ``counter``: the
    declared Counter whose number stands beside it, ``live``: the event of the member's stream that
    renews it. ``flag``: a setting that must be true.
    """

    menu: str
    order: int
    label: str
    page: str
    icon: str = ""
    roles: tuple[str, ...] = ()
    unless: str = ""
    counter: str = ""
    live: str = ""
    flag: str = ""

    def is_for(self, roles: Collection[str]) -> bool:
        """Whether somebody who holds these roles sees it."""
        if self.flag and not getattr(settings, self.flag):
            return False
        if self.unless in roles:
            return False
        return not self.roles or any(role in roles for role in self.roles)


@dataclass(frozen=True, slots=True)
class Item:
    """A link as one page shows it."""

    label: str
    path: str
    icon: str
    current: bool
    count: int
    live: str


class Viewer(NamedTuple):
    """Who looks at a menu, and where: the open path, the open side, roles held, counts."""

    path: str = ""
    side: str = "learn"
    roles: Collection[str] = ()
    counts: Mapping[str, int] = {}


_links: dict[str, list[Link]] = {}


def declare(links: Iterable[Link]) -> None:
    """Add links to their menus. Declaring the same link twice adds it once."""
    for link in links:
        menu = _links.setdefault(link.menu, [])
        if link not in menu:
            menu.append(link)
            menu.sort(key=lambda one: one.order)


def declared() -> tuple[Link, ...]:
    """Every link of every menu."""
    return tuple(link for menu in _links.values() for link in menu)


@cache
def path_of(page: str) -> str:
    """The path of a page; NoReverseMatch if there is no such URL name."""
    return reverse(page)


@lru_cache(maxsize=4_096)
def path_of_name(page: str, name: str) -> str:
    """The path of a page of one named thing: a member's handle, a course's slug."""
    return reverse(page, args=[name])


def path_of_row(page: str, key: UUID, *before: str) -> str:
    """The path of a page of one row by its id; ``before``: what stands before it in the path."""
    start, end = _around(page, before)
    return f"{start}{key}{end}"


@cache
def _around(page: str, before: tuple[str, ...]) -> tuple[str, str]:
    start, _, end = reverse(page, args=[*before, ANY]).partition(str(ANY))
    return start, end


def items(menu: str, viewer: Viewer) -> list[Item]:
    """What a menu shows; the item whose page (or the nearest page above it) is open is current."""
    return _shown(_links_for(menu, viewer), viewer)


def rail(viewer: Viewer) -> list[tuple[str, list[Item]]]:
    """Side bar, in groups: what every member has, the open side's pages, then other duties."""
    groups = [("", items(RAIL, viewer))]
    for home in _links_for(SIDES, viewer):
        if viewer.side in home.roles and (pages := items(viewer.side, viewer)):
            groups.append((home.label, pages))
    if duties := items(DUTIES, viewer):
        groups.append((DUTIES_LABEL, duties))
    return groups


def bottom(viewer: Viewer) -> list[Item]:
    """Bottom bar of phones, without its last item (Me), which opens the menu."""
    homes = [link for link in _links.get(SIDES, ()) if viewer.side in link.roles]
    links = [*_links_for(BOTTOM, viewer), *homes]
    return _shown(sorted(links, key=lambda link: link.order), viewer)


def role_switch(viewer: Viewer) -> list[Item]:
    """The homes of all sides held, that of the open side current; nothing for one side alone."""
    homes = list(_links_for(SIDES, viewer))
    if len(homes) < 2:
        return []
    return [_item(link, viewer, current=viewer.side in link.roles) for link in homes]


def live_counts(counts: Mapping[str, int]) -> dict[str, int]:
    """The counts of the links that an open page renews, by the event that does so."""
    links = (link for menu in _links.values() for link in menu if link.live)
    return {link.live: counts.get(link.counter, 0) for link in links}


def sides() -> frozenset[str]:
    """The roles that have a side of their own."""
    return frozenset(role for link in _links.get(SIDES, ()) for role in link.roles)


def _links_for(menu: str, viewer: Viewer) -> Iterator[Link]:
    return (link for link in _links.get(menu, ()) if link.is_for(viewer.roles))


def _shown(links: Iterable[Link], viewer: Viewer) -> list[Item]:
    shown = [(link, path_of(link.page)) for link in links]
    above = (path for _, path in shown if is_within(viewer.path, path))
    nearest = max(above, key=len, default=None)
    return [_item(link, viewer, current=path == nearest) for link, path in shown]


def _item(link: Link, viewer: Viewer, *, current: bool) -> Item:
    count = viewer.counts.get(link.counter, 0)
    return Item(link.label, path_of(link.page), link.icon, current, count, link.live)


def is_within(path: str, page: str) -> bool:
    """Whether an address is that page or one below it."""
    return path == page or (page != "/" and path.startswith(page.rstrip("/") + "/"))
