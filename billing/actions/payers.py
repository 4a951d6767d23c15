"""Members as the payment provider knows them: kept after a payment, forgotten when they say so."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from billing.models import Payer
from billing.providers import payments
from billing.providers.base import is_unknown
from peerloop.kit.providers import Rejected, Unavailable
from peerloop.kit.sweeps import StopSweep, one_by_one
from peerloop.kit.tasks import enqueue

logger = logging.getLogger(__name__)


def known_payer(user: User) -> str:
    """The id under which the present provider knows the member best, or empty."""
    rows = Payer.objects.filter(user=user, provider=payments().name, removed_at=None)
    return rows.order_by("-created_at", "-pk").values_list("customer_id", flat=True).first() or ""


def keep_payer(*, user: User, customer_id: str, at: datetime) -> None:
    """Keep the id that a paid page told, for the next checkout. Safe to repeat; empty is none.

    One that is to be forgotten stays so.
    """
    if customer_id:
        Payer.objects.get_or_create(
            customer_id=customer_id,
            defaults={
                "user": user,
                "provider": payments().name,
                "created_at": at,
                "updated_at": at,
            },
        )


def drop_payer(*, customer_id: str) -> None:
    """Forget an id that the provider doesn't know. Safe to repeat."""
    Payer.objects.filter(customer_id=customer_id).delete()


@transaction.atomic
def forget_payers(*, user: User, at: datetime) -> int:
    """Let the provider delete all that it keeps of how a member pays; returns how many ids.

    From now on nothing of it is offered; the provider is told after commit, and by the sweep until
    it answers. Payments and refunds stay as they are. Safe to repeat.
    """
    count = Payer.objects.filter(user=user, removed_at=None).update(removed_at=at, updated_at=at)
    if count:
        enqueue("billing.forget_payers")
    return count


def forget_removed(*, at: datetime) -> int:
    """Tell the provider of those that are to be forgotten; how many were. Safe to repeat.

    Not inside a transaction. A provider that does not answer ends the run.
    """
    rows = Payer.objects.filter(provider=payments().name, removed_at__isnull=False)
    return one_by_one(list(rows.order_by("removed_at").values_list("pk", flat=True)), _forget)


def _forget(key: UUID) -> bool:
    payer = Payer.objects.filter(pk=key).first()
    if payer is None:
        return False
    try:
        payments().forget_customer(payer.customer_id)
    except Unavailable as error:
        logger.warning("payers wait: the payment provider is away: %s", error)
        raise StopSweep from error
    except Rejected as error:
        if not is_unknown(error):
            raise
    payer.delete()
    return True
