"""What a next step is, and which of two comes first."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum, auto


class Kind(IntEnum):
    """What a person can do next. Of several the first of this list is their next step.

    First what happens now; then what others wait for; then what opens the way to learning, earning
    and teaching; then what only has to be awaited.
    """

    JOIN = auto()
    CONFIRM_ADDRESS = auto()
    SESSION_TODAY = auto()
    RATE = auto()
    DECIDE = auto()
    MODERATE = auto()
    ADMINISTER = auto()
    REVIEW_HOMEWORK = auto()
    SET_HOURS = auto()
    HAND_IN_AGAIN = auto()
    BOOK = auto()
    FINISH_WORK = auto()
    ASK_PAYOUT = auto()
    CONNECT_ACCOUNT = auto()
    SESSION = auto()
    TEACH = auto()
    CERTIFY = auto()
    FINISH_DRAFT = auto()
    FIRST_COURSE = auto()
    BOOKING_PAUSED = auto()
    APPLIED = auto()
    UNPAUSE = auto()
    OPEN_TIMES = auto()
    HELD = auto()
    BOOKABLE = auto()
    SETTLING = auto()
    DISPUTED = auto()
    TEACHES = auto()
    LEFT = auto()
    FIND = auto()


@dataclass(frozen=True, slots=True)
class Action:
    """A link whose words say what happens."""

    label: str
    href: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one thing to do next, or to wait for.

    ``words`` say why and what it brings, with the money. ``at`` is when it happens, ``course`` the
    title of the course it is about; both may be empty. ``other`` is a second, quieter way. Only
    where a page would link to itself there is no action (``on``).
    """

    kind: Kind
    title: str
    action: Action | None
    words: str = ""
    at: datetime | None = None
    course: str = ""
    other: Action | None = None

    def on(self, path: str) -> "NextStep":
        """The same on the page of its course: without the title, and without links to the page."""
        ways = [way for way in (self.action, self.other) if way and way.href != path]
        action, other = (*ways, None, None)[:2]
        return replace(self, course="", action=action, other=other)
