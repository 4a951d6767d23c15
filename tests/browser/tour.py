"""Checks the accessibility of many pages, each on wide and narrow, light and dark screens."""

import re
from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Page, ViewportSize

from tests.browser.person import Person

WIDE: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 390, "height": 844}
IDENTIFIER = r"[0-9a-f]{8}-[0-9a-f-]{27}"
# The URL of a link without its ids.
NAMED = "|".join(
    rf"(?<=/{kind}/)[\w-]+" for kind in ("courses", "creators", "student-teachers", "u")
)
# The exports of the admin's lists are one page.
EXPORTED = r"(?<=/admin/)\w+/\w+(?=/export/)"
CHANGING = re.compile(rf"{IDENTIFIER}|(?<=/verify/)\w+|{NAMED}|{EXPORTED}")

# Colours must be measured after CSS transitions. The end of one can start another in a child
# that inherits from it.
ARRIVED = """() => {
  for (let turn = 0; turn < 50; turn += 1) {
    const moving = document.getAnimations().filter((each) => each instanceof CSSTransition);
    if (!moving.length) return;
    for (const each of moving) each.finish();
  }
}"""


# The screens on which pages are checked.
LOOKS: tuple[tuple[ViewportSize, Literal["dark", "light"]], ...] = (
    (WIDE, "light"),
    (NARROW, "dark"),
)


class Tour:
    """Opens pages, checks each in light and wide and in dark and narrow, and collects its links."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.page = person.page
        self.complaints: list[str] = []
        self.seen: set[str] = set()
        self.links: dict[str, str] = {}
        self.now = LOOKS[0]
        self._switch_screen(LOOKS[0])

    def visit(self, *addresses: str) -> None:
        """Open and check pages; ``{id}`` is the first such link of the last page that had one."""
        for address in addresses:
            self.page.goto(self.links[address] if "{" in address else address)
            self._both_looks()
        self._switch_screen(LOOKS[0])

    def check(self) -> None:
        """Check the open page; afterwards it is light and wide again."""
        self._both_looks()
        self._switch_screen(LOOKS[0])

    def _both_looks(self) -> None:
        """Start with the screen of the last check, since each switch is slow."""
        self._collect_links()
        self._check_once()
        self._switch_screen(LOOKS[1] if self.now == LOOKS[0] else LOOKS[0])
        self._check_once()

    def follow_the_rest(self) -> None:
        """Request one page for each kind of link that was not opened; none may be missing."""
        for kind, address in self.links.items():
            if kind not in self.seen:
                status = self.page.request.get(address).status
                if status >= 400:
                    self.complaints.append(f"{address} is linked, and answers {status}")

    def _switch_screen(self, look: tuple[ViewportSize, Literal["dark", "light"]]) -> None:
        self.now = look
        size, scheme = look
        self.page.set_viewport_size(size)
        self.page.emulate_media(color_scheme=scheme)
        self.page.evaluate(ARRIVED)
        self.how = f"{size['width']} px, {scheme}"

    def _check_once(self) -> None:
        try:
            self.person.check_accessibility()
        except AssertionError as error:
            self.complaints.append(f"[{self.how}] {error}")
        too_wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if too_wide > 0:
            self.complaints.append(f"[{self.how}] {self.page.url} is {too_wide} px too wide")

    def _collect_links(self) -> None:
        self.seen.add(_kind(urlsplit(self.page.url).path))
        addresses = self.page.eval_on_selector_all(
            "a[href^='/']", "(links) => links.map((link) => link.getAttribute('href'))"
        )
        paths = [urlsplit(address).path for address in addresses]
        self.links |= {_kind(path): path for path in reversed(paths)}


# Files, pages that end the visit, links that lead elsewhere, and each of the mails.
NOT_WALKED = re.compile(
    r"/(api|files|logout|media|resources|static|dev/mail/)|.*(\.\w+|/pdf|/badge)$"
    r"|/settings/payments/papers/"
)


class Walk:
    """Opens one page of each kind that links lead to, from the first addresses on."""

    def __init__(self, page: Page, starts: list[str], *, under: str = "/") -> None:
        self.page = page
        self.waiting = list(starts)
        self.under = under

    def __iter__(self) -> Iterator[str]:
        """The path of each page, while it is open."""
        seen: set[str] = set()
        while self.waiting:
            address = self.waiting.pop(0)
            path = urlsplit(address).path
            if _kind(path) in seen or NOT_WALKED.match(path) or not path.startswith(self.under):
                continue
            seen.add(_kind(path))
            self.page.goto(address)
            self.waiting += self.page.eval_on_selector_all(
                "a[href^='/']", "(links) => links.map((link) => link.getAttribute('href'))"
            )
            yield path


def _kind(path: str) -> str:
    return CHANGING.sub("{id}", path)
