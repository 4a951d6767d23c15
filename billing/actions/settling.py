"""Open checkouts are compared with the provider's page, as its events can be late or lost.

The success page and a periodic task do that.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from billing.actions.fulfilment import PaidCheckout, fulfil_checkout
from billing.models import CheckoutSession
from billing.providers import payments
from billing.providers.base import HostedCheckout
from learning.actions.enrolling import AlreadyEnrolled
from peerloop.kit.providers import Rejected, Unavailable
from peerloop.kit.refusals import Conflict, OutsideDown
from peerloop.kit.sweeps import StopSweep, one_by_one

logger = logging.getLogger(__name__)

Status = CheckoutSession.Status
# First look, then every quarter of an hour while the page is open.
FIRST_LOOK = timedelta(minutes=2)
NEXT_LOOK = timedelta(minutes=15)
BATCH = 100


class PaymentPending(Conflict):
    """A bank is still working on an earlier payment."""

    code = "payment_pending"
    message = "A payment for this course is on its way already. You will hear once it arrived."


def settle_checkout(*, checkout: CheckoutSession, at: datetime) -> CheckoutSession:
    """Bring a checkout to the state of the provider's page: paid ones are fulfilled, closed ones
    expire.

    Safe to repeat. Raises Unavailable without an answer of the provider; the checkout stays open
    then, as it may have been paid. Not inside a transaction.
    """
    CheckoutSession.objects.filter(pk=checkout.pk).update(checked_at=at)
    over = checkout.expires_at <= at
    page = _page_of(checkout)
    if page is None:
        if over:
            mark_expired(checkout)
    elif page.is_paid:
        fulfil_checkout(paid=PaidCheckout.of(page), at=at)
    elif page.is_expired:
        mark_expired(checkout)
    elif page.status == "open" and over:
        _expire_there(checkout, at=at)
    checkout.refresh_from_db(fields=["status", "checked_at"])
    return checkout


def close_page(*, checkout: CheckoutSession, at: datetime) -> None:
    """Close an open checkout so that another can take its place.

    Raises AlreadyEnrolled if it was paid meanwhile (it is fulfilled then), PaymentPending while a
    payment is under way, OutsideDown without an answer. One that got its page only now stays open:
    look at it again.
    """
    with _answering():
        page = _page_of(checkout)
        if page is not None and page.status == "open":
            page = _expired_or_paid(checkout)
    _end(checkout, page, at=at)


def is_payable(*, checkout: CheckoutSession, at: datetime) -> bool:
    """Whether one can still pay on the page of an open checkout; one that is closed expires here.

    A page that was never given out counts as open. Raises AlreadyEnrolled if it was paid (it is
    fulfilled then), PaymentPending while a payment is under way, OutsideDown without an answer.
    """
    if not checkout.stripe_session_id:
        return True
    with _answering():
        page = _page_of(checkout)
    if page is not None and page.status == "open":
        return True
    _end(checkout, page, at=at)
    return False


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except Unavailable as error:
        raise OutsideDown(
            "The payment page can't be reached right now. Nothing was charged: try again soon.",
            retry_after=error.retry_after or None,
        ) from error


def _end(checkout: CheckoutSession, page: HostedCheckout | None, *, at: datetime) -> None:
    """Follow a page on which nobody can pay any more."""
    if page is not None and page.is_paid:
        fulfil_checkout(paid=PaidCheckout.of(page), at=at)
        raise AlreadyEnrolled
    if page is not None and page.status == "complete":
        raise PaymentPending
    mark_expired(checkout)


def mark_expired(checkout: CheckoutSession) -> bool:
    """Expire an open checkout (rule ENR-10); whether it was open. One conditional update.

    Only as it was seen: a page that it got meanwhile can be paid on.
    """
    rows = CheckoutSession.objects.filter(pk=checkout.pk, status=Status.OPEN)
    seen = rows.filter(stripe_session_id=checkout.stripe_session_id)
    return bool(seen.update(status=Status.EXPIRED))


def mark_failed(checkout: CheckoutSession) -> bool:
    """Mark an open checkout as failed: its payment did not arrive. Whether it was open."""
    rows = CheckoutSession.objects.filter(pk=checkout.pk, status=Status.OPEN)
    return bool(rows.update(status=Status.FAILED))


def due_checkouts(*, at: datetime) -> QuerySet[CheckoutSession]:
    """Open checkouts that were not checked for a while, or whose time is over."""
    late = Q(expires_at__lte=at) & (Q(checked_at=None) | Q(checked_at__lte=at - FIRST_LOOK))
    unseen = Q(checked_at=None, created_at__lte=at - FIRST_LOOK)
    again = Q(checked_at__lte=at - NEXT_LOOK)
    rows = CheckoutSession.objects.filter(late | unseen | again, status=Status.OPEN)
    return rows.order_by("created_at", "pk")


def settle_due(*, at: datetime) -> int:
    """Settle all checkouts that are due; how many were checked. For the periodic task.

    Each is checked once a run. A provider that does not answer ends the run.
    """

    def settle(key: UUID) -> bool:
        checkout = CheckoutSession.objects.get(pk=key)
        if checkout.status != Status.OPEN:
            return False
        try:
            settle_checkout(checkout=checkout, at=at)
        except Unavailable as error:
            logger.warning("checkouts wait: the payment provider is away: %s", error)
            raise StopSweep from error
        return True

    return one_by_one(list(due_checkouts(at=at).values_list("pk", flat=True)), settle)


def _page_of(checkout: CheckoutSession) -> HostedCheckout | None:
    """The provider's page; None if none was ever given out, or the provider knows of none."""
    if not checkout.stripe_session_id:
        return None
    try:
        return payments().get_checkout_session(checkout.stripe_session_id)
    except Rejected as error:
        logger.warning("checkout %s is unknown to the provider: %s", checkout.pk, error)
        return None


def _expire_there(checkout: CheckoutSession, *, at: datetime) -> None:
    page = _expired_or_paid(checkout)
    if page.is_paid:
        fulfil_checkout(paid=PaidCheckout.of(page), at=at)
    elif page.is_expired:
        mark_expired(checkout)


def _expired_or_paid(checkout: CheckoutSession) -> HostedCheckout:
    session_id = checkout.stripe_session_id or ""
    try:
        return payments().expire_checkout_session(session_id)
    except Rejected:
        return payments().get_checkout_session(session_id)
