"""What upper layers add to the page of a completed session, such as what was earned with it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from scheduling.models import Session


@dataclass(frozen=True, slots=True)
class Outcome:
    """A sentence about a completed session for one person, with the page that says more.

    ``held_until``: when what it is about becomes available, if that is ahead. With a ``title`` it
    is the next step after the session, at the time ``at`` if it has one.
    """

    words: str
    href: str
    label: str
    held_until: datetime | None = None
    title: str = ""
    at: datetime | None = None


Teller = Callable[[Session, User], Outcome | None]
_tellers: list[Teller] = []


def declare(tellers: Iterable[Teller]) -> None:
    """Add an app's outcomes. Safe to repeat."""
    _tellers.extend(teller for teller in tellers if teller not in _tellers)


def outcomes_of(session: Session, viewer: User) -> list[Outcome]:
    """All outcomes of a completed session for this person; none of one that isn't completed."""
    if session.status != Session.Status.COMPLETED:
        return []
    return [outcome for teller in _tellers if (outcome := teller(session, viewer))]
