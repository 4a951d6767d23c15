"""Doors of the worker: each looks at one row, or sweeps up what is due."""

from celery import shared_task

from billing.actions.refund_processing import send_refund as send_one_refund
from billing.actions.settling import settle_due
from billing.providers import local_events
from peerloop.kit import clock
from peerloop.kit.refusals import OutsideDown

SWEEPS: list[tuple[str, int]] = [
    ("billing.deliver_local_events", 10),
    ("billing.settle_checkouts", 60),
]


@shared_task(name="billing.deliver_local_event")
def deliver_local_event(event_id: str) -> None:
    """Send one event of the local provider to our webhook."""
    local_events.deliver(event_id, at=clock.now())


@shared_task(name="billing.deliver_local_events")
def deliver_local_events() -> None:
    """Send all events of the local provider that wait."""
    local_events.deliver_waiting(at=clock.now())


@shared_task(name="billing.settle_checkouts")
def settle_checkouts() -> None:
    """Ask the provider about open checkouts: events can be lost."""
    settle_due(at=clock.now())


@shared_task(name="billing.send_refund", throws=(OutsideDown,))
def send_refund(request_id: str) -> None:
    """Send one approved refund; without an answer the sweep goes on with it."""
    send_one_refund(request_id=request_id, at=clock.now())
