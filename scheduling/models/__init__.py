"""Models of the scheduling app."""

from scheduling.models.assessment import SessionAssessment
from scheduling.models.attendance import AttendanceEvent, SessionAttendance
from scheduling.models.availability import (
    Availability,
    AvailabilityOverride,
    AvailabilitySettings,
)
from scheduling.models.calendar_feed import CalendarFeed
from scheduling.models.hold import SlotHold, SlotHoldQuerySet
from scheduling.models.material import SessionMaterial
from scheduling.models.recording import SessionRecording
from scheduling.models.reminder import SessionReminder
from scheduling.models.session import Session, SessionReschedule, SessionSeat
from scheduling.models.shared_page import SharedPage
from scheduling.models.time_off import TimeOff

__all__ = [
    "AttendanceEvent",
    "Availability",
    "AvailabilityOverride",
    "AvailabilitySettings",
    "CalendarFeed",
    "Session",
    "SessionAssessment",
    "SessionAttendance",
    "SessionMaterial",
    "SessionRecording",
    "SessionReminder",
    "SessionReschedule",
    "SessionSeat",
    "SharedPage",
    "SlotHold",
    "SlotHoldQuerySet",
    "TimeOff",
]
