"""Which view of their own feed a member asks for; it stays in the address."""

from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import User
from accounts.requests import MemberRequest
from community.feeds.personal import Order, PersonalPosts, Show, own_feed
from peerloop.kit import clock
from peerloop.kit.paging import Page
from peerloop.kit.refusals import Invalid

SHOWN = 20
FIRST = Page(1, SHOWN)
VIEWS: tuple[tuple[str, dict[str, str]], ...] = (
    ("For you", {}),
    ("Newest first", {"order": Order.NEWEST.value}),
    ("Everybody", {"feed": Show.MAIN.value}),
)


class View(NamedTuple):
    """A link to a view of the feed."""

    word: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class OwnFeed:
    """What the address says. Words that nobody knows mean the beginning of the ranked order."""

    asked: dict[str, str]
    cursor: str

    @classmethod
    def of(cls, request: MemberRequest) -> "OwnFeed":
        """What this request asks for."""
        given = {name: request.GET.get(name, "") for name in ("order", "feed")}
        known = [asked for _, asked in VIEWS]
        found = {name: word for name, word in given.items() if {name: word} in known}
        return cls(found if found in known else {}, request.GET.get("before", ""))

    @property
    def kept(self) -> str:
        """The query string of further pages."""
        return urlencode(self.asked)

    @property
    def views(self) -> list[View]:
        """Links to all of them."""
        path = reverse("feed")
        return [
            View(word, f"{path}?{urlencode(asked)}" if asked else path, asked == self.asked)
            for word, asked in VIEWS
        ]

    def read(self, reader: User) -> PersonalPosts:
        """The page; the first one for a cursor that is not ours."""
        try:
            return self._read(reader, self.cursor)
        except Invalid:
            return self._read(reader, "")

    def _read(self, reader: User, cursor: str) -> PersonalPosts:
        return own_feed(
            reader,
            show=self.asked.get("feed", Show.PERSONAL),
            order=self.asked.get("order", Order.RANKED),
            cursor=cursor,
            page=FIRST,
            at=clock.now(),
        )
