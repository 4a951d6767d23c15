"""Where the local provider keeps what a vendor would keep on its own servers."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from billing.models import LocalPaymentObject
from billing.providers.base import Rejected

Kind = LocalPaymentObject.Kind
Data = dict[str, Any]
PREFIXES = {
    Kind.CHECKOUT: "cs",
    Kind.CUSTOMER: "cus",
    Kind.PAYMENT: "pi",
    Kind.CHARGE: "ch",
    Kind.REFUND: "re",
    Kind.ACCOUNT: "acct",
    Kind.TRANSFER: "tr",
    Kind.REVERSAL: "trr",
    Kind.DISPUTE: "dp",
    Kind.EVENT: "evt",
}


def new_id(kind: Kind) -> str:
    """An id that nobody can guess: it guards the pages that belong to the object."""
    return f"{PREFIXES[kind]}_local_{secrets.token_hex(24)}"


def keep(
    kind: Kind, data: Data, *, belongs_to: str = "", key: str | None = None
) -> LocalPaymentObject:
    """Store a new object under its id."""
    return LocalPaymentObject.objects.create(
        object_id=data["id"], kind=kind, data=data, belongs_to=belongs_to, idempotency_key=key
    )


def fetch(kind: Kind, object_id: str, *, lock: bool = False) -> LocalPaymentObject:
    """The stored object; Rejected as a vendor would for an unknown id. ``lock`` needs a
    transaction."""
    rows = LocalPaymentObject.objects.filter(kind=kind, object_id=object_id)
    if lock:
        rows = rows.select_for_update(no_key=True)
    row = rows.first()
    if row is None:
        raise Rejected(f"No such {kind.label.lower()}: {object_id[:80]}", code="resource_missing")
    return row


def belonging(kind: Kind, belongs_to: str) -> list[Data]:
    """Objects of a kind that belong to another one, oldest first."""
    rows = LocalPaymentObject.objects.filter(kind=kind, belongs_to=belongs_to)
    return [row.data for row in rows.order_by("created_at", "pk")]


def made_since(kind: Kind, since: datetime) -> list[Data]:
    """Objects of a kind that were made since then, oldest first."""
    rows = LocalPaymentObject.objects.filter(kind=kind, created_at__gte=since)
    return [row.data for row in rows.order_by("created_at", "pk")]


def listed(kind: str, *, since: datetime, until: datetime, after: str, limit: int) -> list[Data]:
    """Objects of a kind that were made in a span, newest first, those behind ``after``."""
    rows = LocalPaymentObject.objects.filter(kind=kind, created_at__gte=since, created_at__lt=until)
    last = rows.filter(object_id=after).first() if after else None
    if last is not None:
        rows = rows.filter(
            Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, pk__lt=last.pk)
        )
    found = rows.order_by("-created_at", "-pk")[:limit]
    return [{**row.data, "created": int(row.created_at.timestamp())} for row in found]


def once(kind: Kind, *, key: str, request: Data, make: Callable[[], tuple[Data, str]]) -> Data:
    """Make an object under an idempotency key, or give the first one again.

    Another request under the same key is Rejected, as Stripe does. ``make`` returns the object and
    whom it belongs to; it runs in one transaction with storing the object.
    """
    full_key = f"{kind}:{key}"
    found = _made_before(full_key, request)
    if found is not None:
        return found
    try:
        with transaction.atomic():
            data, belongs_to = make()
            keep(kind, {**data, "_request": request}, belongs_to=belongs_to, key=full_key)
            return data
    except IntegrityError:
        # Somebody with the same key was quicker.
        found = _made_before(full_key, request)
        if found is None:
            raise
        return found


def _made_before(full_key: str, request: Data) -> Data | None:
    row = LocalPaymentObject.objects.filter(idempotency_key=full_key).first()
    if row is None:
        return None
    if row.data.get("_request") != request:
        raise Rejected("This key was used for another request.", code="idempotency_error")
    return public(row.data)


def public(data: Data) -> Data:
    """An object without our own remarks, as the outside sees it."""
    return {name: value for name, value in data.items() if not name.startswith("_")}


def change(row: LocalPaymentObject, **values: Any) -> None:
    """Change keys of a locked object."""
    row.data = {**row.data, **values}
    row.save(update_fields=["data"])
