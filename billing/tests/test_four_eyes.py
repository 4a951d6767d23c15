"""Above a limit two admins send: one asks, another one confirms, nobody confirms their own wish."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as lives
from hypothesis import strategies as st

from accounts.four_eyes import AnotherAdmin
from accounts.models import AuditEntry
from billing.actions.payout_batches import process_all, process_waiting
from billing.actions.payout_processing import process_payout
from billing.actions.payouts import cancel_payout
from billing.actions.refunds import approve_overdue, approve_refund, grant_refund
from billing.actions.second_eyes import SecondAdminNeeded, decline_confirmation, limit_of
from billing.invariants import LEDGER
from billing.models import Confirmation, LocalPaymentObject, Payout, RefundRequest
from billing.providers.base import NOT_COVERED, Rejected
from billing.tests.money_stage import (
    ada,
    ask,
    earned,
    faulty,
    ledger_balances,
    left,
    paid_enrollment,
    payment_of,
)
from peerloop.kit import clock
from peerloop.kit.invariants import differences_of
from peerloop.kit.refusals import Forbidden, Invalid, Refused, WrongMoment
from tests.cast import a_member, browse
from tests.threads import at_once

pytestmark = pytest.mark.django_db
QUEUE = "/admin/billing/confirmation/"


@pytest.fixture(autouse=True)
def low_limits(settings):
    settings.FOUR_EYES_PAYOUT_CENTS = 10_500
    settings.FOUR_EYES_REFUND_CENTS = 45_000


def ben():
    return a_member("Ben Admin", is_admin=True)


def a_large_payout():
    """Just at the limit."""
    return ask(earned().teacher)


def process(payout, by):
    return process_payout(payout_id=payout.pk, by=by, at=clock.now())


def sent():
    return LocalPaymentObject.objects.filter(kind="transfer").count()


def stands():
    return list(Confirmation.objects.order_by("asked_at").values_list("kind", "status"))


def test_a_payout_below_the_limit_needs_one_admin(settings):
    settings.FOUR_EYES_PAYOUT_CENTS = 10_501
    assert process(a_large_payout(), ada()).status == "paid"
    assert stands() == []


def test_the_first_admin_asks_and_the_second_one_sends():
    payout, first, second = a_large_payout(), ada(), ben()
    with pytest.raises(SecondAdminNeeded):
        process(payout, first)
    payout.refresh_from_db()
    assert (payout.status, sent()) == ("pending", 0)
    assert process(payout, second).status == "paid"
    assert (stands(), sent()) == ([("payout", "confirmed")], 1)
    acts = AuditEntry.objects.filter(object_type="billing.confirmation").order_by(
        "created_at", "pk"
    )
    assert [(one.action, one.actor) for one in acts] == [
        ("payout.ask", first),
        ("payout.confirm", second),
    ]
    ledger_balances()


def test_nobody_confirms_their_own_wish():
    payout, first = a_large_payout(), ada()
    with pytest.raises(SecondAdminNeeded):
        process(payout, first)
    for _ in range(2):
        with pytest.raises(AnotherAdmin):
            process(payout, first)
    assert (stands(), sent()) == ([("payout", "waiting")], 0)
    with pytest.raises(IntegrityError), transaction.atomic():
        Confirmation.objects.update(status="confirmed", decided_by=first)


def test_the_recipient_neither_asks_nor_confirms():
    payout = a_large_payout()
    payout.recipient.is_admin = True
    payout.recipient.save()
    with pytest.raises(Forbidden):
        process(payout, payout.recipient)
    with pytest.raises(SecondAdminNeeded):
        process(payout, ada())
    with pytest.raises(Forbidden):
        process(payout, payout.recipient)
    assert sent() == 0


def test_the_batch_asks_and_goes_on():
    first = ada()
    a_large_payout()
    (outcome,) = process_all(by=first, at=clock.now())
    assert (outcome.status, outcome.error) == ("pending", SecondAdminNeeded.message)
    (outcome,) = process_all(by=ben(), at=clock.now())
    assert outcome.status == "paid"


def test_what_needs_no_admin_still_needs_two_above_the_limit(settings):
    settings.PAYOUT_NEEDS_ADMIN = False
    payout = a_large_payout()
    assert process_waiting(at=clock.now()) == 0
    assert stands() == []
    settings.FOUR_EYES_PAYOUT_CENTS = 10_501
    assert process_waiting(at=clock.now()) == 1
    payout.refresh_from_db()
    assert payout.status == "paid"


def test_a_confirmed_payout_that_waits_for_balance_is_sent_without_asking_again():
    payout = a_large_payout()
    with pytest.raises(SecondAdminNeeded):
        process(payout, ada())
    with faulty(create_transfer=[Rejected("too little", code=NOT_COVERED)]):
        process(payout, ben())
    payout.refresh_from_db()
    assert payout.status == "pending"
    assert process_waiting(at=clock.now() + timedelta(hours=2)) == 1
    assert stands() == [("payout", "confirmed")]


def test_a_refund_above_the_limit_is_approved_by_two():
    request, first, second = left(paid_enrollment()), ada(), ben()
    with pytest.raises(SecondAdminNeeded):
        approve_refund(request=request, by=first, at=clock.now())
    request.refresh_from_db()
    assert request.status == "pending"
    with pytest.raises(AnotherAdmin):
        approve_refund(request=request, by=first, at=clock.now())
    assert approve_refund(request=request, by=second, at=clock.now()).status == "approved"


def test_a_refund_that_the_rules_give_needs_nobody_after_72_hours():
    request = left(paid_enrollment())
    with pytest.raises(SecondAdminNeeded):
        approve_refund(request=request, by=ada(), at=clock.now())
    assert approve_overdue(at=clock.now() + timedelta(hours=73)) == 1
    assert stands() == [("refund", "declined")]
    assert differences_of(LEDGER) == []


def test_each_grant_above_the_limit_is_confirmed_anew(settings):
    settings.FOUR_EYES_REFUND_CENTS = 1_000
    payment, first, second = payment_of(paid_enrollment()), ada(), ben()

    def grant(by, cents):
        return grant_refund(
            payment=payment, amount_cents=cents, reason="kind", by=by, at=clock.now()
        )

    with pytest.raises(SecondAdminNeeded):
        grant(first, 2_000)
    with pytest.raises(SecondAdminNeeded):
        # Another amount is another wish.
        grant(second, 3_000)
    made = grant(first, 3_000)
    assert (made.approved_cents, made.status) == (3_000, "approved")
    RefundRequest.objects.update(status="withdrawn")
    with pytest.raises(SecondAdminNeeded):
        grant(first, 3_000)


def test_a_wish_is_declined_with_a_reason_and_can_be_made_anew():
    payout, first, second = a_large_payout(), ada(), ben()
    with pytest.raises(SecondAdminNeeded):
        process(payout, first)
    wish = Confirmation.objects.get()
    at = clock.now()
    with pytest.raises(Invalid):
        decline_confirmation(confirmation=wish, reason=" ", by=second, at=at)
    with pytest.raises(Forbidden):
        decline_confirmation(confirmation=wish, reason="no", by=a_member(), at=at)
    decline_confirmation(confirmation=wish, reason="no", by=second, at=at)
    with pytest.raises(WrongMoment):
        decline_confirmation(confirmation=wish, reason="no", by=second, at=at)
    with pytest.raises(SecondAdminNeeded):
        process(payout, second)
    assert process(payout, first).status == "paid"


def test_a_wish_does_not_last_for_ever():
    payout, first, second = a_large_payout(), ada(), ben()
    with pytest.raises(SecondAdminNeeded):
        process(payout, first)
    with pytest.raises(SecondAdminNeeded):
        process_payout(payout_id=payout.pk, by=second, at=clock.now() + timedelta(days=15))
    assert sent() == 0


def test_a_payout_that_was_taken_back_waits_for_nobody():
    payout = a_large_payout()
    with pytest.raises(SecondAdminNeeded):
        process(payout, ada())
    cancel_payout(payout_id=payout.pk, by=payout.recipient, at=clock.now())
    assert stands() == [("payout", "declined")]


def test_the_checks_find_what_left_while_it_waited():
    payout = a_large_payout()
    with pytest.raises(SecondAdminNeeded):
        process(payout, ada())
    wish = Confirmation.objects.get()
    process(payout, ben())
    Confirmation.objects.create(
        kind="payout",
        subject_id=payout.pk,
        recipient=payout.recipient,
        amount_cents=wish.amount_cents,
        asked_by=wish.asked_by,
        asked_at=clock.now(),
    )
    rules = {one.rule for one in differences_of(LEDGER)}
    assert rules == {"nothing leaves while it waits for another admin"}


def test_the_queue_confirms_with_a_reason_and_the_overview_counts():
    payout, first, second = a_large_payout(), ada(), ben()
    with pytest.raises(SecondAdminNeeded):
        process(payout, first)
    page = browse(second).get("/admin/").content.decode()
    assert "Amounts above the limit to confirm" in page
    assert payout.recipient.name in browse(second).get(QUEUE).content.decode()
    act = {
        "action": "confirm",
        "_selected_action": [str(Confirmation.objects.get().pk)],
        "apply": "1",
        "reason": "Looked at.",
    }
    shown = browse(first).post(QUEUE, act, follow=True).content.decode()
    assert "another admin has to confirm it" in shown
    assert sent() == 0
    browse(second).post(QUEUE, act)
    assert Payout.objects.get().status == "paid"


def test_a_refund_is_confirmed_and_sent_from_the_queue():
    request, first, second = left(paid_enrollment()), ada(), ben()
    with pytest.raises(SecondAdminNeeded):
        approve_refund(request=request, by=first, at=clock.now())
    wish = Confirmation.objects.get()
    act = {"action": "confirm", "_selected_action": [str(wish.pk)], "apply": "1", "reason": "Yes."}
    browse(second).post(QUEUE, act)
    assert LocalPaymentObject.objects.filter(kind="refund").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_asks_one_confirms_and_one_transfer_is_made():
    payout, first, second = a_large_payout(), ada(), ben()
    at_once([lambda: process(payout, first), lambda: process(payout, second)] * 4)
    payout.refresh_from_db()
    assert (payout.status, sent()) == ("paid", 1)
    wish = Confirmation.objects.get()
    assert wish.asked_by_id != wish.decided_by_id


@lives(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(st.tuples(st.sampled_from([0, 1]), st.booleans()), max_size=6))
def test_whatever_two_admins_do_nothing_leaves_by_one(acts):
    with transaction.atomic():
        payout, admins = a_large_payout(), [ada(), ben()]
        for who, is_no in acts:
            with suppress(Refused):
                wish = Confirmation.objects.filter(status="waiting").first()
                if is_no and wish is not None:
                    decline_confirmation(
                        confirmation=wish, reason="no", by=admins[who], at=clock.now()
                    )
                else:
                    process(payout, admins[who])
        payout.refresh_from_db()
        confirmed = Confirmation.objects.filter(status="confirmed").count()
        assert (payout.status == "paid") == bool(confirmed)
        assert confirmed <= 1
        assert differences_of(LEDGER) == []
        transaction.set_rollback(True)


def test_the_limits_are_settings(settings):
    settings.FOUR_EYES_PAYOUT_CENTS, settings.FOUR_EYES_REFUND_CENTS = 7, 9
    assert (limit_of("payout"), limit_of("refund"), limit_of("grant")) == (7, 9, 9)
