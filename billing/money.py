"""How a payment is divided: pure functions of whole cents (rules SPLIT-1 to SPLIT-5)."""

from dataclasses import dataclass
from itertools import pairwise

PLATFORM_PERCENT = 15
PEOPLE_PERCENT = 100 - PLATFORM_PERCENT
ROYALTY_PERCENT = 15
TEACHING_PERCENT = PEOPLE_PERCENT - ROYALTY_PERCENT


@dataclass(frozen=True, slots=True)
class Shares:
    """The three shares of one payment, in cents. They add up to it."""

    platform: int
    royalty: int
    teaching: int
    creator_teaches: bool = False

    @property
    def total(self) -> int:
        """The payment itself."""
        return self.platform + self.royalty + self.teaching

    @property
    def people(self) -> int:
        """What creator and teacher get together."""
        return self.royalty + self.teaching

    @property
    def creator(self) -> int:
        """What the creator gets: the royalty, and the teaching share if they teach themselves."""
        return self.royalty + (self.teaching if self.creator_teaches else 0)


def shares(amount_cents: int, *, creator_teaches: bool = False) -> Shares:
    """Platform, royalty and teaching share of a payment, in whole cents (rules SPLIT-1, SPLIT-3).

    Largest remainder in two steps: first platform and people, then royalty and teaching out of what
    the people get. Ties go to the people before the platform, to the creator before the
    student-teacher. In two steps the platform's share does not depend on who teaches; the numbers
    are the same either way, only the receiver of the teaching share differs.
    """
    if amount_cents < 0:
        raise ValueError("a payment is not negative")
    people, platform = _halved(amount_cents, PEOPLE_PERCENT, PLATFORM_PERCENT)
    royalty, teaching = _halved(people, ROYALTY_PERCENT, TEACHING_PERCENT)
    return Shares(platform, royalty, teaching, creator_teaches=creator_teaches)


def _halved(amount: int, first: int, second: int) -> tuple[int, int]:
    """The amount in two by weight; the odd cent goes to the larger remainder, a tie to the first.

    Between two parts one cent at most is left, as their remainders add up to the whole weight.
    """
    weight = first + second
    low_first, rest_first = divmod(amount * first, weight)
    low_second, rest_second = divmod(amount * second, weight)
    if rest_first + rest_second == 0:
        return low_first, low_second
    if rest_first >= rest_second:
        return low_first + 1, low_second
    return low_first, low_second + 1


def spread(share_cents: int, parts: int) -> list[int]:
    """A share over N parts: part k is ``floor(S*k/N) - floor(S*(k-1)/N)`` (rule SPLIT-5).

    The parts add up to the share and differ by one cent at most.
    """
    if parts < 1 or share_cents < 0:
        raise ValueError("a share of at least nothing is spread over at least one part")
    marks = [share_cents * part // parts for part in range(parts + 1)]
    return [after - before for before, after in pairwise(marks)]


def session_share(price_cents: int, sessions: int) -> int:
    """What a student-teacher gets for the first of so many sessions, in cents; others may differ by
    one."""
    return spread(shares(price_cents).teaching, max(sessions, 1))[0]
