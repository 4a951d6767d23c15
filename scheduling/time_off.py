"""Which days off are valid, from a form or the API: pure functions (rule AVL-4, ADR 37)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from peerloop.kit.refusals import Invalid
from scheduling.hours import MAX_AHEAD

MAX_DAYS = 366
MAX_SPANS = 50
MAX_NOTE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Whole days, the last included, with a note that only the teacher reads."""

    first: date
    last: date
    note: str = ""


def check_days_off(
    wanted: DaysOff, *, others: Sequence[DaysOff], today: date, field: str = ""
) -> None:
    """Raises Invalid of ``field``, by default of ``first_day`` or ``last_day``, for wrong days."""
    if wanted.last < wanted.first:
        raise Invalid.field(field or "last_day", "The last day can't come before the first.")
    if wanted.last < today:
        raise Invalid.field(field or "last_day", "These days are over. Choose days ahead.")
    if wanted.last > today + MAX_AHEAD:
        raise Invalid.field(field or "last_day", "Choose days within the next two years.")
    if (wanted.last - wanted.first).days >= MAX_DAYS:
        raise Invalid.field(field or "last_day", "Take a year off at most; then add the next one.")
    if len(wanted.note) > MAX_NOTE_LENGTH:
        raise Invalid.field(field or "note", f"Use at most {MAX_NOTE_LENGTH} characters.")
    if len(others) >= MAX_SPANS:
        raise Invalid.field(field or "first_day", f"Keep at most {MAX_SPANS} times off.")
    if any(wanted.first <= other.last and other.first <= wanted.last for other in others):
        raise Invalid.field(field or "first_day", "You are off on some of these days already.")
