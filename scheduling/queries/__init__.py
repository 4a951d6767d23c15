"""Reads of the scheduling app: what can be booked, what is booked."""

from scheduling.queries.booking import places_of
from scheduling.queries.free_times import free_slots, slots_between
from scheduling.queries.modules import module_of, module_titles_of, modules_among, modules_of
from scheduling.queries.schedules import Schedule, schedules
from scheduling.queries.sessions import next_session_by_enrollment, sessions_of
from scheduling.queries.teachers import (
    TeacherTimes,
    next_free,
    pick_teacher,
    teachers_by_next_free,
)

__all__ = [
    "Schedule",
    "TeacherTimes",
    "free_slots",
    "module_of",
    "module_titles_of",
    "modules_among",
    "modules_of",
    "next_free",
    "next_session_by_enrollment",
    "pick_teacher",
    "places_of",
    "schedules",
    "sessions_of",
    "slots_between",
    "teachers_by_next_free",
]
