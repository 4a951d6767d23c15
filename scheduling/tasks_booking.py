"""Tasks of bookings: reminders before a session, and to rate it after."""

from celery import shared_task

from peerloop.kit import clock
from peerloop.kit.sweeps import Sweep
from scheduling.actions.assessment import ask_to_rate
from scheduling.actions.holding import end_holds
from scheduling.actions.reminders import send_reminders

BOOKING_SWEEPS = [
    Sweep("scheduling.send_reminders", 60),
    Sweep("scheduling.ask_to_rate", 3_600),
    Sweep("scheduling.end_holds", 60),
]


@shared_task(name="scheduling.send_reminders")
def send_due_reminders() -> None:
    """Send the reminders that are due (rule REM-1)."""
    send_reminders(at=clock.now())


@shared_task(name="scheduling.ask_to_rate")
def ask_to_rate_sessions() -> None:
    """Remind students to rate their sessions."""
    ask_to_rate(at=clock.now())


@shared_task(name="scheduling.end_holds")
def end_old_holds() -> None:
    """Delete the held times whose minutes are over (rule HOLD-1)."""
    end_holds(at=clock.now())
