"""A mirror of Stripe's objects in dj-stripe's tables, for operators and for reconciling.

Filled from events that our inbox has stored already, without calling Stripe and without dj-stripe's
own syncing: that keeps the secret key in the database and calls Stripe from inside a transaction.
Nothing of PeerLoop's rules reads it. Only there while the Stripe provider is in use.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import WebhookEvent
from accounts.privacy.personal_rows import holds_free_text
from peerloop.kit.personal_data import ClosedAccount
from peerloop.kit.sweeps import one_by_one

logger = logging.getLogger(__name__)

Data = Mapping[str, Any]
MODELS = {
    "account": "Account",
    "charge": "Charge",
    "checkout.session": "Session",
    "dispute": "Dispute",
    "payment_intent": "PaymentIntent",
    "payout": "Payout",
    "refund": "Refund",
    "transfer": "Transfer",
}
# Kept in the object's data: which event it is from, so that an older one does not overwrite it.
STAMP = "peerloop_event_created"
LOOK_BACK = timedelta(days=2)
BATCH = 1000
OWN = {"djstripe_id", "djstripe_created", "djstripe_updated", "djstripe_owner_account", "id"}


def is_on() -> bool:
    """Whether the mirror's tables are installed."""
    return settings.PAYMENT_PROVIDER == "stripe" and apps.is_installed("djstripe")


@transaction.atomic
def mirror_event(event: WebhookEvent) -> bool:
    """Copy one stored event and its object into the mirror; False if it waits for another object.

    Safe to repeat and in any order: the newest event's object stands.
    """
    data = event.payload.get("data") or {}
    found = data.get("object")
    if isinstance(found, dict) and not _mirror_object(found, event.payload):
        return False
    request = event.payload.get("request") or {}
    _model("Event").objects.update_or_create(
        id=event.event_id,
        defaults={
            "type": event.kind,
            "api_version": str(event.payload.get("api_version") or "")[:64],
            "data": data,
            "request_id": str(request.get("id") or "")[:50],
            "idempotency_key": str(request.get("idempotency_key") or ""),
            "livemode": event.payload.get("livemode"),
            "created": _instant(event.payload.get("created")),
            "stripe_data": event.payload,
        },
    )
    return True


def mirror_missing(*, at: datetime) -> int:
    """Mirror events of the last days that are not there yet; how many were. The sweep's work.

    An odd object is logged, and the rest goes on.
    """
    mirrored = _model("Event").objects.filter(id=OuterRef("event_id"))
    waiting = WebhookEvent.objects.filter(
        ~Exists(mirrored), provider="stripe", received_at__gte=at - LOOK_BACK
    )
    keys = list(waiting.order_by("received_at").values_list("pk", flat=True)[:BATCH])
    return one_by_one(keys, lambda key: mirror_event(WebhookEvent.objects.get(pk=key)))


def forget_person(account: ClosedAccount, at: datetime) -> None:
    """Empty what names a member who left, by address or payout account. Safe to repeat."""
    if not is_on():
        return
    words = [word for word in (account.email, account.payout_account) if word]
    for name in (*MODELS.values(), "Event"):
        model = _model(name)
        for field in model._meta.concrete_fields:
            if field.name in OWN or not holds_free_text(field):
                continue
            naming = Q()
            for word in words:
                naming |= Q(**{f"{field.name}__icontains": word})
            empty = {} if isinstance(field, models.JSONField) else ""
            model.objects.filter(naming).update(**{field.name: empty})


def _mirror_object(data: Data, payload: Data) -> bool:
    name = MODELS.get(str(data.get("object")))
    if name is None or not isinstance(data.get("id"), str):
        return True
    model, created = _model(name), payload.get("created") or 0
    known = model.objects.filter(id=data["id"]).first()
    if known is not None and known.stripe_data.get(STAMP, 0) > created:
        return True
    values = _values(model, data)
    if values is None:
        return False
    values["stripe_data"] = {**data, STAMP: created}
    model.objects.update_or_create(id=data["id"], defaults=values)
    return True


def _values(model: Any, data: Data) -> dict[str, Any] | None:
    """The columns of an object; None if one that it belongs to is not mirrored yet."""
    values: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if field.name in OWN or field.name == "stripe_data":
            continue
        if field.is_relation:
            key = _related(field, data)
            if key is None and not field.null:
                return None
            values[field.attname] = key
            continue
        value = field.stripe_to_db(data) if hasattr(field, "stripe_to_db") else data.get(field.name)
        if value is None and isinstance(field, models.CharField | models.TextField):
            value = ""
        values[field.name] = value
    return values


def _related(field: Any, data: Data) -> str | None:
    """The id that a field refers to, if that row stands here."""
    value = data.get(field.name)
    key = value.get("id") if isinstance(value, dict) else value
    if not isinstance(key, str) or not hasattr(field.related_model, "stripe_class"):
        return None
    return key if field.related_model.objects.filter(id=key).exists() else None


def _instant(seconds: Any) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None


def _model(name: str) -> Any:
    return apps.get_model("djstripe", name)
