"""What the demo is made of, read from the JSON files beside this module."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
DOMAIN = "demo.peerloop.test"
MEMBERS_DOMAIN = "members.peerloop.test"
PASSWORD = "peerloop-demo"  # noqa: S105 - printed at every start, for data that is made up
ADMIN = f"admin@{DOMAIN}"


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the demo. ``weeks`` is how long ago they joined; ``hours`` are named day groups
    with the hours between which they teach; ``teaches`` says why they may, by course."""

    key: str
    name: str
    handle: str
    zone: str
    weeks: int
    public: bool
    email: str = ""
    title: str = ""
    place: str = ""
    short: str = ""
    bio: str = ""
    philosophy: str = ""
    creator: int | None = None
    is_admin: bool = False
    is_moderator: bool = False
    expertise: tuple[str, ...] = ()
    qualifications: tuple[str, ...] = ()
    hours: tuple[tuple[str, int, int], ...] = ()
    teaches: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where their mail goes."""
        return self.email or f"{self.handle.lower()}@{MEMBERS_DOMAIN}"

    @property
    def earns(self) -> bool:
        """Whether they have something to be paid for from the start."""
        return self.creator is not None or bool(self.teaches)


@dataclass(frozen=True, slots=True)
class Life:
    """One enrollment from purchase to end. Days count back from now.

    ``held`` sessions lie behind, ``ahead`` are booked; ``first`` is days from the purchase to the
    first one, ``pace`` days from one to the next. Without ``teacher`` the choice is still open.
    """

    student: str
    course: str
    teacher: str | None
    bought: float
    held: int
    pace: float = 7
    first: float = 3
    ahead: int = 0
    mishap: str = ""
    mastery: bool = False
    certificate: str = "issued"
    applies: str = ""
    applied: float | None = None
    message: str = ""
    answer: str = ""
    leaves: float | None = None
    reason: str = ""
    refund: str = "sent"

    @property
    def name(self) -> str:
        """What tells it from all others."""
        return f"{self.student}:{self.course}"


@dataclass(frozen=True, slots=True)
class PayoutWish:
    """A payout that somebody asked for so many days ago: ``paid`` or still ``waiting``."""

    recipient: str
    days: float
    state: str


def read(name: str) -> dict[str, Any]:
    """One of the JSON files."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return found


def people() -> list[Person]:
    """Everybody, the six accounts first."""
    return [_person(row) for group in read("people").values() for row in group]


def lives() -> list[Life]:
    """All enrollments."""
    return [Life(**row) for row in read("lives")["lives"]]


def payouts() -> list[PayoutWish]:
    """All payouts that were asked for."""
    return [PayoutWish(**row) for row in read("lives")["payouts"]]


def _person(row: dict[str, Any]) -> Person:
    lists = {
        name: tuple(tuple(part) if isinstance(part, list) else part for part in row.get(name, ()))
        for name in ("expertise", "qualifications", "hours")
    }
    return Person(**{**row, **lists})
