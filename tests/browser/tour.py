"""A walk over many pages that looks at each as people with other screens and senses have it."""

import re
from urllib.parse import urlsplit

from tests.browser.person import Person

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
IDENTIFIER = r"[0-9a-f]{8}-[0-9a-f-]{27}"
# A link's address without what differs from row to row.
CHANGING = re.compile(rf"{IDENTIFIER}|(?<=/verify/)\w+|(?<=/courses/)[\w-]+|(?<=/creators/)[\w-]+")

# Colours pass over into others for a moment: what is measured must have arrived.
TWO_FRAMES = "() => new Promise((on) => requestAnimationFrame(() => requestAnimationFrame(on)))"


class Tour:
    """Opens pages, checks each in light and wide, then in dark and narrow, and notes its links."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.page = person.page
        self.complaints: list[str] = []
        self.seen: set[str] = set()
        self.links: dict[str, str] = {}

    def visit(self, *addresses: str) -> None:
        """Open and check pages; ``{id}`` stands for the first such address that was linked."""
        for address in addresses:
            self.page.goto(self.links[address] if "{" in address else address)
            self.check()

    def check(self) -> None:
        """Check the page that is open, as it is now."""
        self._note_links()
        for size, scheme in ((WIDE, "light"), (NARROW, "dark")):
            self.page.set_viewport_size(size)
            self.page.emulate_media(color_scheme=scheme)
            self.page.evaluate(TWO_FRAMES)
            self._look(f"{size['width']} px, {scheme}")
        self.page.set_viewport_size(WIDE)

    def follow_the_rest(self) -> None:
        """Ask for one page behind each kind of link that was not opened: none may be missing."""
        for kind, address in self.links.items():
            if kind not in self.seen:
                status = self.page.request.get(address).status
                if status >= 400:
                    self.complaints.append(f"{address} is linked, and answers {status}")

    def _look(self, how: str) -> None:
        try:
            self.person.check_accessibility()
        except AssertionError as error:
            self.complaints.append(f"[{how}] {error}")
        too_wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if too_wide > 0:
            self.complaints.append(f"[{how}] {self.page.url} is {too_wide} px too wide")

    def _note_links(self) -> None:
        self.seen.add(_kind(urlsplit(self.page.url).path))
        for address in self.page.eval_on_selector_all(
            "a[href^='/']", "(links) => links.map((link) => link.getAttribute('href'))"
        ):
            path = address.split("?")[0].split("#")[0]
            self.links.setdefault(_kind(path), path)


def _kind(path: str) -> str:
    return CHANGING.sub("{id}", path)
