"""The loop of one course in words: learn, certify, teach, earn."""

from dataclasses import dataclass

from learning.models import Certificate
from peerloop.kit.formats import money_text
from peerloop.pages.next_step import Learning

DECLINED = (Certificate.Status.DECLINED, Certificate.Status.REVOKED)


@dataclass(frozen=True, slots=True)
class LoopStep:
    """One of the four steps, and how far the member is with it."""

    label: str
    words: str
    is_done: bool
    is_now: bool

    @property
    def icon(self) -> str:
        """Its picture: done, in progress or later."""
        return "circle-check" if self.is_done else "circle-dot" if self.is_now else "circle"


def loop_of(row: Learning, progress: str) -> list[LoopStep]:
    """The four steps of a course; ``progress`` says how many modules are done."""
    earns = f"{money_text(row.session_cents, row.currency)} a session"
    words = {
        "Learn": "Completed" if row.is_completed else progress,
        "Certify": _certificate(row),
        "Teach": _teaching(row),
        "Earn": _students(row.taught) if row.right and row.taught else earns,
    }
    return [
        LoopStep(label, text, is_done=number < row.step, is_now=number == row.step)
        for number, (label, text) in enumerate(words.items(), start=1)
    ]


def _certificate(row: Learning) -> str:
    if row.is_certified:
        return "Issued"
    if row.certificate in DECLINED:
        return "Not issued"
    return "With the creator" if row.is_completed else "After the last session"


def _teaching(row: Learning) -> str:
    if row.right:
        return "You may teach"
    if row.has_applied:
        return "You applied"
    return "Apply now" if row.is_completed else "When you are certified"


def _students(number: int) -> str:
    return f"{number} student{'' if number == 1 else 's'} taught"
