"""What comes next in a course, for mails: in the words that the pages have for it.

Pages of upper layers decide; they declare a teller, as apps declare everything else.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import User

# For the samples of mails that say what is next.
SAMPLE = {
    "next_title": "Book your last session",
    "next_words": "One session left: certify. Then $56.25 a session.",
    "next_label": "Choose a time",
    "next_path": "/learn/019a0000-0000-7000-8000-000000000001/book",
}


@dataclass(frozen=True, slots=True)
class NextWords:
    """A next step as a mail says it; ``path`` is a path of ours."""

    title: str
    words: str
    label: str
    path: str


Teller = Callable[[UUID, User, datetime], NextWords | None]
_tellers: list[Teller] = []


def declare(tellers: Iterable[Teller]) -> None:
    """Add tellers. Safe to repeat."""
    _tellers.extend(teller for teller in tellers if teller not in _tellers)


def next_values(enrollment_id: UUID | None, student: User, *, at: datetime) -> dict[str, Any]:
    """The values of a mail to the student of an enrollment; empty words where nothing is next."""
    told = None
    if enrollment_id is not None:
        told = next((said for ask in _tellers if (said := ask(enrollment_id, student, at))), None)
    return {
        "next_title": told.title if told else "",
        "next_words": told.words if told else "",
        "next_label": told.label if told else "",
        "next_path": told.path if told else "",
    }
