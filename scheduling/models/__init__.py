"""Nouns of the scheduling app."""

from scheduling.models.availability import (
    Availability,
    AvailabilityOverride,
    AvailabilitySettings,
)
from scheduling.models.marks import RoomMark
from scheduling.models.room import SessionAssessment, SessionAttendance, SessionReminder
from scheduling.models.session import Session, SessionMove, SessionSeat

__all__ = [
    "Availability",
    "AvailabilityOverride",
    "AvailabilitySettings",
    "RoomMark",
    "Session",
    "SessionAssessment",
    "SessionAttendance",
    "SessionMove",
    "SessionReminder",
    "SessionSeat",
]
