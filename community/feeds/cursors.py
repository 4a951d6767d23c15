"""Places in the ranked order of a member's own feed, as words of addresses and answers."""

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.core.signing import BadSignature, Signer

from community.feeds.sources import Candidate, Edge, edge_at
from peerloop.kit.refusals import Invalid

SALT = "community.feeds.ranked"
# Ranked cursors begin with it, so that one parameter takes those of both orders.
MARK = "r."
# The longest word: two windows of which all posts but one were shown.
LONGEST = 6_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
END = Edge(EPOCH, UUID(int=0))
# The instant, and both edges: microseconds since 1970 and a UUID.
HEAD = struct.Struct(">q q16s q16s")
# A post that was shown, by the random end of its id.
SHORT = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class RankedPlace:
    """How far the ranked order was shown: from which instant on, which window, what of it.

    ``shown``: ends of ids, four bytes each; two of one window hardly ever agree.
    """

    at: datetime
    near: Edge
    main: Edge
    shown: frozenset[int] = frozenset()

    @classmethod
    def first(cls, at: datetime) -> "RankedPlace":
        """The beginning."""
        return cls(at, edge_at(at), edge_at(at))

    def is_new(self, post_id: UUID) -> bool:
        """Whether the post was not shown on an earlier page."""
        return _short(post_id) not in self.shown

    def after(self, taken: Iterable[Candidate]) -> "RankedPlace":
        """The same window, with these shown too."""
        return replace(self, shown=self.shown | {_short(one.post_id) for one in taken})

    def behind(self, near: Edge | None, main: Edge | None) -> "RankedPlace":
        """The next window. None for a source that is at its end."""
        return RankedPlace(self.at, near or END, main or END)

    def word(self) -> str:
        """For addresses and answers, signed."""
        head = HEAD.pack(
            _number(self.at),
            *(_number(self.near.made_at), self.near.post_id.bytes),
            *(_number(self.main.made_at), self.main.post_id.bytes),
        )
        told = head + b"".join(SHORT.pack(short) for short in sorted(self.shown))
        text = urlsafe_b64encode(told).rstrip(b"=").decode()
        return MARK + Signer(salt=SALT, sep=".").sign(text)


def is_ranked(word: str) -> bool:
    """Whether a cursor is one of the ranked order."""
    return word.startswith(MARK)


def ranked_place(word: str) -> RankedPlace:
    """The place of a cursor; raises Invalid for one that is not ours."""
    try:
        text = Signer(salt=SALT, sep=".").unsign(word.removeprefix(MARK))
    except BadSignature:
        raise Invalid.field(
            "cursor", "This cursor is not known. Start from the first page."
        ) from None
    told = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    at, near_at, near_id, main_at, main_id = HEAD.unpack_from(told)
    shorts = frozenset(short for (short,) in SHORT.iter_unpack(told[HEAD.size :]))
    near = Edge(_instant(near_at), UUID(bytes=near_id))
    return RankedPlace(_instant(at), near, Edge(_instant(main_at), UUID(bytes=main_id)), shorts)


def _short(post_id: UUID) -> int:
    return post_id.int & 0xFFFF_FFFF


def _number(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def _instant(number: int) -> datetime:
    return EPOCH + number * MICROSECOND
