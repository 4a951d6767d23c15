"""Domain events of the scheduling app."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SessionBooked:
    """A session was booked."""

    session_id: UUID
    enrollment_id: UUID | None
    teacher_id: UUID
    student_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class SessionRescheduled:
    """A session kept its id and got another time (rule LATE-3)."""

    session_id: UUID
    enrollment_id: UUID | None
    teacher_id: UUID
    student_id: UUID
    by_id: UUID
    old_start: datetime
    new_start: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class SessionCancelled:
    """A session was cancelled before or while it was held; its place is free again.

    ``by_id`` is None when nobody decided it: an account was suspended.
    """

    session_id: UUID
    enrollment_id: UUID | None
    teacher_id: UUID
    student_id: UUID
    by_id: UUID | None
    was_running: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class SessionCompleted:
    """A session was held: what the student paid for it is earned (rules ROOM-10, ESC-1)."""

    session_id: UUID
    enrollment_id: UUID | None
    teacher_id: UUID
    student_id: UUID
    ended_at: datetime
