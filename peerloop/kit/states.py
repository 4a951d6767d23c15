"""How a status is shown: tone, icon and word, declared beside the status itself.

    class Status(StatusChoices):
        DRAFT = "draft", State("neutral", "pencil", "Draft")

Templates draw it with ``{% chip course.state %}``.
"""

from dataclasses import dataclass
from typing import Self

from django.db.models import TextChoices

TONES = frozenset({"neutral", "brand", "accent", "info", "ok", "warn", "danger", "live"})


@dataclass(frozen=True, slots=True)
class State:
    """Tone, icon and word of a status chip: never colour alone."""

    tone: str
    icon: str
    word: str

    def __post_init__(self) -> None:
        """Refuse an unknown tone where it is declared."""
        if self.tone not in TONES:
            raise ValueError(f"a state has no tone {self.tone!r}")


class StatusChoices(TextChoices):
    """The values of a ``status`` column that people see: each member has its State.

    A member without a State is refused when its class is made (TypeError).
    """

    state: State

    def __new__(cls, value: str, state: State | None = None) -> Self:
        """Take the State out of the pair, so that the value is the text alone."""
        if state is None:
            raise TypeError(f"the status {value!r} has no State")
        member = str.__new__(cls, value)
        member._value_ = value
        member.state = state
        return member
