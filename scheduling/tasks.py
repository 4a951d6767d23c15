"""The tasks of scheduling: Celery looks for this module."""

from scheduling.tasks_booking import BOOKING_SWEEPS, end_old_holds, send_due_reminders
from scheduling.tasks_room import (
    ROOM_SWEEPS,
    close_room,
    copy_recording,
    copy_recordings,
    poll_rooms_now,
    register_webhooks_again,
    sweep_sessions,
)

SWEEPS: list[tuple[str, int]] = [*BOOKING_SWEEPS, *ROOM_SWEEPS]

__all__ = [
    "SWEEPS",
    "close_room",
    "copy_recording",
    "copy_recordings",
    "end_old_holds",
    "poll_rooms_now",
    "register_webhooks_again",
    "send_due_reminders",
    "sweep_sessions",
]
