"""What the checks of `manage.py doctor` find."""

from dataclasses import dataclass

OK, WARNING, PROBLEM = "ok", "warning", "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check; a warning or problem says what to do."""

    level: str
    subject: str
    text: str
    cure: str = ""
