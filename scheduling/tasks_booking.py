"""Doors of the worker for bookings: reminders."""

from celery import shared_task

from peerloop.kit import clock
from scheduling.actions.reminders import send_reminders

BOOKING_SWEEPS: list[tuple[str, int]] = [("scheduling.send_reminders", 60)]


@shared_task(name="scheduling.send_reminders")
def send_due_reminders() -> None:
    """Remind everybody whose session comes up (rule REM-1)."""
    send_reminders(at=clock.now())
