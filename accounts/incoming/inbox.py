"""The inbox of provider events: stored once, answered at once, processed later in any order.

A webhook view verifies the raw body, calls ``receive`` and answers 200. The work is done by a task;
the sweep finds what a lost task left behind (rules HOOK-2, HOOK-3; security HOOK-a to HOOK-c).
"""

import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from accounts.audit.log import record
from accounts.models import User, WebhookEvent
from peerloop.kit.security_log import note_event
from peerloop.kit.tasks import enqueue

logger = logging.getLogger(__name__)

Handler = Callable[[WebhookEvent], None]
_handlers: dict[str, Handler] = {}

LEASE = timedelta(minutes=5)
PAUSES = [timedelta(seconds=s) for s in (10, 60, 300, 900, 3_600, 10_800, 28_800)]
MOST_TRIES = len(PAUSES) + 1
BATCH = 100
# How often `process_waiting` looks again for what arrived meanwhile.
LOOKS = 3


class Ignored(Exception):
    """Raised by a handler for a kind of event that it ignores."""


def on_event(provider: str, handler: Handler) -> None:
    """Register the handler of a provider's events; done in ``peerloop/wiring.py``.

    It must be safe to repeat and runs outside a transaction. ``Ignored`` files the event away; any
    other error brings it back later, eight times in all.
    """
    _handlers[provider] = handler


def receive(
    *, provider: str, event_id: str, kind: str, payload: dict[str, Any], at: datetime
) -> WebhookEvent | None:
    """Store a verified event for processing; None if it is known already."""
    with transaction.atomic():
        event = _store(provider, event_id, kind, payload, at, next_try_at=at)
        if event is not None:
            enqueue("accounts.process_webhook_event", event_id=str(event.pk))
    return event


def receive_now(
    *, provider: str, event_id: str, kind: str, payload: dict[str, Any], at: datetime
) -> None:
    """Store an event of our own and process it before returning, for who sees the outcome next.

    Safe to repeat. Should this process die meanwhile, the sweep takes the event over.
    """
    event = _store(provider, event_id, kind, payload, at, next_try_at=at + LEASE, tries=1)
    if event is not None:
        _process(event, at)


def _store(
    provider: str,
    event_id: str,
    kind: str,
    payload: dict[str, Any],
    at: datetime,
    **claim: Any,
) -> WebhookEvent | None:
    known = WebhookEvent.objects.filter(provider=provider, event_id=event_id)
    if known.exists():
        return None
    try:
        with transaction.atomic():
            return WebhookEvent.objects.create(
                provider=provider,
                event_id=event_id,
                kind=kind[:100],
                payload=payload,
                received_at=at,
                **claim,
            )
    except IntegrityError:
        if known.exists():
            return None
        raise


def process(*, event_id: uuid.UUID | str, at: datetime) -> None:
    """Process one event if it is due. Safe to repeat."""
    event = _claim(event_id, at)
    if event is not None:
        _process(event, at)


def _process(event: WebhookEvent, at: datetime) -> None:
    try:
        _handlers.get(event.provider, _unbound)(event)
    except Ignored as reason:
        _note(event, at, status=WebhookEvent.Status.IGNORED, error=str(reason))
    except Exception as error:
        logger.exception("event %s (%s %s) failed", event.pk, event.provider, event.kind)
        about = {"provider": event.provider, "kind": event.kind, "event_row": str(event.pk)}
        note_event("webhook.failed", actor="system", **about)
        _try_again(event, at, f"{type(error).__name__}: {error}")
    else:
        _note(event, at, status=WebhookEvent.Status.DONE, error="")


def process_due(*, at: datetime) -> int:
    """Process all due events; how many were looked at. Called by the sweep."""
    seen = 0
    while True:
        due = WebhookEvent.objects.filter(_due(at)).order_by("received_at")
        ids = list(due.values_list("pk", flat=True)[:BATCH])
        for event_id in ids:
            process(event_id=event_id, at=at)
        seen += len(ids)
        if len(ids) < BATCH:
            return seen


def process_waiting(*, provider: str, about: dict[str, str], at: datetime) -> bool:
    """Process a provider's waiting events whose payload has these values, in order of arrival.

    Whether none of them waits any more: another process may be at work on one. What arrives
    meanwhile is processed too, a few times over.
    """
    waiting = WebhookEvent.objects.filter(
        provider=provider, status=WebhookEvent.Status.NEW, payload__contains=about
    )
    for _ in range(LOOKS):
        ids = list(waiting.order_by("received_at").values_list("pk", flat=True))
        if not ids:
            return True
        for event_id in ids:
            process(event_id=event_id, at=at)
    return not waiting.exists()


def replay(*, event: WebhookEvent, by: User | None = None, at: datetime) -> None:
    """Queue a failed or ignored event for processing again. Safe to repeat."""
    with transaction.atomic():
        again = WebhookEvent.objects.filter(
            pk=event.pk, status__in=[WebhookEvent.Status.FAILED, WebhookEvent.Status.IGNORED]
        ).update(status=WebhookEvent.Status.NEW, tries=0, next_try_at=at, error="", updated_at=at)
        if again:
            record(actor=by, action="webhook_event.replay", subject=event, at=at)
            enqueue("accounts.process_webhook_event", event_id=str(event.pk))


def _unbound(event: WebhookEvent) -> None:
    raise LookupError(f"no handler is bound for {event.provider}")


def _due(at: datetime) -> Q:
    return Q(status=WebhookEvent.Status.NEW) & (Q(next_try_at=None) | Q(next_try_at__lte=at))


def _claim(event_id: uuid.UUID | str, at: datetime) -> WebhookEvent | None:
    """Claim the event for some minutes; the sweep takes it over if the worker dies."""
    claimed = WebhookEvent.objects.filter(_due(at), pk=event_id).update(
        tries=F("tries") + 1, next_try_at=at + LEASE, updated_at=at
    )
    return WebhookEvent.objects.get(pk=event_id) if claimed else None


def _try_again(event: WebhookEvent, at: datetime, error: str) -> None:
    if event.tries >= MOST_TRIES:
        _note(event, at, status=WebhookEvent.Status.FAILED, error=error)
    else:
        _note(event, at, next_try_at=at + PAUSES[event.tries - 1], error=error)


def _note(event: WebhookEvent, at: datetime, **values: Any) -> None:
    WebhookEvent.objects.filter(pk=event.pk, status=WebhookEvent.Status.NEW).update(
        updated_at=at, **values
    )
