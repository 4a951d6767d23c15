"""Events that were lost, disputes that nobody closes: looked for every hour (rule DISP-2)."""

import pytest

from billing.actions.reconciling import poll_disputes, take_in_lost_events
from billing.models import LocalPaymentObject
from billing.providers import local_console
from billing.providers import local_store as store
from billing.providers.base import Unavailable
from billing.stripe_events import LISTED
from billing.tests.money_stage import (
    dispute,
    faulty,
    ledger_balances,
    paid_enrollment,
    payment_of,
    stand,
)
from billing.tests.stage import settle
from peerloop.kit import clock

pytestmark = pytest.mark.django_db
SILENCE = Unavailable("no answer")


def lose_events():
    """They leave the provider and never reach us."""
    events = LocalPaymentObject.objects.filter(kind="event", delivered_at=None)
    return events.update(delivered_at=clock.now())


def look():
    found = take_in_lost_events(at=clock.now(), kinds=LISTED)
    settle()
    return found


def test_lost_events_are_looked_for():
    refunded, disputed = paid_enrollment(), paid_enrollment()
    local_console.refund(payment_of(refunded).stripe_payment_intent_id, 45_000)
    dispute(disputed)
    lost = lose_events()
    settle()
    assert stand(refunded) == ("paid", "enrolled")
    with faulty(recent_events=[SILENCE]):
        assert look() == 0

    assert look() == lost == 3
    assert look() == 0

    assert stand(refunded) == ("refunded", "cancelled")
    assert stand(disputed) == ("disputed", "disputed")
    ledger_balances()


def test_an_open_dispute_is_asked_about():
    enrollment = paid_enrollment()
    key = dispute(enrollment)
    settle()
    store.change(store.fetch(store.Kind.DISPUTE, key), status="lost")
    with faulty(get_dispute=[SILENCE]):
        assert poll_disputes(at=clock.now()) == 0
    assert poll_disputes(at=clock.now()) == 1
    assert stand(enrollment) == ("dispute_lost", "cancelled")
    assert poll_disputes(at=clock.now()) == 0


def test_one_silent_dispute_does_not_hide_the_others():
    for enrollment in (paid_enrollment(), paid_enrollment()):
        store.change(store.fetch(store.Kind.DISPUTE, dispute(enrollment)))
    settle()
    with faulty(get_dispute=[SILENCE]):
        assert poll_disputes(at=clock.now()) == 1
