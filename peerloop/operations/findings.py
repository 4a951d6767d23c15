"""What an examination finds."""

from dataclasses import dataclass

OK, WARNING, PROBLEM = "ok", "warning", "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; a warning or problem says what cures it."""

    level: str
    subject: str
    text: str
    cure: str = ""
