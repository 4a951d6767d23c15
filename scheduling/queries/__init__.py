"""Reads of the scheduling app: what can be booked, what is booked."""

from scheduling.queries.module_titles import module_titles_of
from scheduling.queries.sessions import (
    Counts,
    module_of,
    modules_of,
    next_session_by_enrollment,
    open_and_completed,
    places_left,
    sessions_of,
)
from scheduling.queries.slots import Diary, diaries, free_slots, next_free, slots_between

__all__ = [
    "Counts",
    "Diary",
    "diaries",
    "free_slots",
    "module_of",
    "module_titles_of",
    "modules_of",
    "next_free",
    "next_session_by_enrollment",
    "open_and_completed",
    "places_left",
    "sessions_of",
    "slots_between",
]
