"""Nouns of the scheduling app."""

from scheduling.models.availability import (
    Availability,
    AvailabilityOverride,
    AvailabilitySettings,
)
from scheduling.models.room import SessionAssessment, SessionAttendance, SessionReminder
from scheduling.models.session import Session, SessionSeat

__all__ = [
    "Availability",
    "AvailabilityOverride",
    "AvailabilitySettings",
    "Session",
    "SessionAssessment",
    "SessionAttendance",
    "SessionReminder",
    "SessionSeat",
]
