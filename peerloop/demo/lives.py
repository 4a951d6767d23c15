"""What happened to the demo's students, read from ``lives.json``."""

from dataclasses import dataclass

from peerloop.kit.demo import read


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


def lives() -> list[Life]:
    """All enrollments."""
    return [Life(**row) for row in read(__file__, "lives")]
