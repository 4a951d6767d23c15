"""Sending payouts: one transfer, whatever is repeated, lost or refused (rules OUT-6, OUT-7)."""

from datetime import timedelta

import pytest

from accounts.models import AuditEntry, Email, User
from billing.actions.payout_batches import finish_processing, process_all
from billing.actions.payout_processing import process_payout
from billing.actions.payouts import NoPayoutAccount, PayoutsPaused
from billing.models import LocalPaymentObject, Payout
from billing.providers import local_store as store
from billing.providers.base import ANSWERED, Rejected, Unavailable
from billing.tests.money_stage import (
    LostAnswer,
    ada,
    ask,
    connect,
    earned,
    faulty,
    ledger_balances,
    paid_enrollment,
)
from billing.tests.stage import settle
from peerloop.kit import clock
from peerloop.kit.ids import uuid7
from peerloop.kit.refusals import Forbidden, Missing, OutsideDown
from tests.cast import LONG_AGO, a_member

pytestmark = pytest.mark.django_db
PART = 10_500
SILENCE = Unavailable("no answer")
BROKEN = Unavailable("error", code=ANSWERED)


@pytest.fixture
def payout():
    return ask(earned().teacher)


@pytest.fixture
def admin():
    return ada()


def process(payout, by):
    return process_payout(payout_id=payout.pk, by=by, at=clock.now())


def sweep():
    later = clock.now() + timedelta(minutes=5)
    return finish_processing(at=later, older_than=later - timedelta(seconds=60))


def transfers():
    return [row.data for row in LocalPaymentObject.objects.filter(kind="transfer")]


def test_one_transfer_of_the_whole_amount(payout, admin):
    sent = process(payout, admin)

    [transfer] = transfers()
    assert (sent.status, sent.approved_by, sent.stripe_transfer_id) == (
        "paid",
        admin,
        transfer["id"],
    )
    assert transfer["amount"] == PART
    assert transfer["destination"] == payout.recipient.stripe_account_id
    assert AuditEntry.objects.filter(action="payout.process", actor=admin).count() == 1
    assert Email.objects.filter(template="payout-complete", user=payout.recipient).count() == 1
    ledger_balances()


def test_repeating_it_sends_nothing_more(payout, admin):
    for _ in range(4):
        process(payout, admin)
    settle()
    assert len(transfers()) == 1
    assert Email.objects.filter(template="payout-complete").count() == 1


def test_only_admins_and_never_for_oneself(payout):
    for who in (payout.recipient, a_member("Olga Stranger")):
        with pytest.raises(Forbidden):
            process(payout, who)
    User.objects.filter(pk=payout.recipient_id).update(is_admin=True)
    with pytest.raises(Forbidden) as refused:
        process(payout, User.objects.get(pk=payout.recipient_id))
    assert refused.value.code == "four_eyes"
    assert transfers() == []


def test_an_unknown_payout(admin):
    with pytest.raises(Missing):
        process_payout(payout_id=uuid7(), by=admin, at=clock.now())


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"stripe_payouts_enabled": False}, NoPayoutAccount),
        ({"suspended_at": LONG_AGO}, PayoutsPaused),
    ],
)
def test_a_recipient_who_can_not_be_paid_waits(payout, admin, change, refusal):
    User.objects.filter(pk=payout.recipient_id).update(**change)
    with pytest.raises(refusal):
        process(payout, admin)
    payout.refresh_from_db()
    assert payout.status == "pending"


def test_a_refusal_of_the_provider_gives_the_rows_back(payout, admin):
    with faulty(create_transfer=[Rejected("no such account")]):
        assert process(payout, admin).status == "failed"
    assert transfers() == []
    ledger_balances()


def test_without_an_answer_it_stays_in_work_and_the_sweep_goes_on(payout, admin):
    with faulty(create_transfer=[SILENCE]), pytest.raises(OutsideDown):
        process(payout, admin)
    payout.refresh_from_db()
    assert payout.status == "processing"
    ledger_balances()

    assert sweep() == 1

    payout.refresh_from_db()
    assert (payout.status, payout.attempt, len(transfers())) == ("paid", 1, 1)
    ledger_balances()


def test_a_lost_answer_is_found(payout, admin):
    with faulty(create_transfer=[LostAnswer(SILENCE)]), pytest.raises(OutsideDown):
        process(payout, admin)

    with faulty() as provider:
        assert sweep() == 1
        assert "create_transfer" not in provider.calls

    payout.refresh_from_db()
    assert (payout.status, len(transfers())) == ("paid", 1)


def test_an_admin_who_tries_again_finds_the_lost_transfer(payout, admin):
    with faulty(create_transfer=[LostAnswer(SILENCE)]), pytest.raises(OutsideDown):
        process(payout, admin)
    assert process(payout, admin).status == "paid"
    assert len(transfers()) == 1


def test_an_error_with_the_effect_behind_it_is_looked_up_at_once(payout, admin):
    with faulty(create_transfer=[LostAnswer(BROKEN)]):
        assert process(payout, admin).status == "paid"
    payout.refresh_from_db()
    assert (payout.attempt, len(transfers())) == (1, 1)


def test_only_a_stored_error_without_a_transfer_takes_another_key(payout, admin):
    with faulty(create_transfer=[BROKEN]), pytest.raises(OutsideDown):
        process(payout, admin)
    payout.refresh_from_db()
    assert (payout.status, payout.attempt) == ("processing", 2)

    assert process(payout, admin).status == "paid"
    keys = LocalPaymentObject.objects.filter(kind="transfer").values_list("idempotency_key")
    assert [key for (key,) in keys] == [f"transfer:payout:{payout.pk}:2"]


def test_silence_keeps_the_key(payout, admin):
    for _ in range(3):
        with faulty(create_transfer=[SILENCE]), pytest.raises(OutsideDown):
            process(payout, admin)
    payout.refresh_from_db()
    assert payout.attempt == 1


def test_a_look_up_without_an_answer_changes_nothing(payout, admin):
    with faulty(create_transfer=[BROKEN], find_transfer=[SILENCE]), pytest.raises(OutsideDown):
        process(payout, admin)
    payout.refresh_from_db()
    assert (payout.status, payout.attempt) == ("processing", 1)


def test_a_copy_that_runs_right_now_is_left_alone(payout, admin):
    busy = Unavailable("in use", code="idempotency_key_in_use")
    with faulty(create_transfer=[busy]):
        assert process(payout, admin).status == "processing"
    assert sweep() == 1


def test_the_event_may_come_before_the_answer(payout, admin):
    with faulty(create_transfer=[LostAnswer(SILENCE)]), pytest.raises(OutsideDown):
        process(payout, admin)
    settle()
    payout.refresh_from_db()
    assert payout.status == "paid"
    assert process(payout, admin).stripe_transfer_id == transfers()[0]["id"]
    ledger_balances()


def test_a_transfer_of_another_sum_pays_nothing(payout, admin):
    with faulty(create_transfer=[LostAnswer(SILENCE)]), pytest.raises(OutsideDown):
        process(payout, admin)
    row = LocalPaymentObject.objects.get(kind="transfer")
    store.change(row, amount=1)

    sweep()

    payout.refresh_from_db()
    assert payout.status == "processing"
    admin_notices = admin.pk
    from accounts.models import Notification

    assert Notification.objects.filter(
        user=admin_notices, title="A transfer does not fit its payout"
    ).exists()


def test_young_ones_are_left_to_the_request_that_sends_them(payout, admin):
    with faulty(create_transfer=[SILENCE]), pytest.raises(OutsideDown):
        process(payout, admin)
    assert finish_processing(at=clock.now(), older_than=clock.now() - timedelta(hours=1)) == 0


def test_one_silent_payout_does_not_keep_the_others_waiting(admin):
    first, second = ask(earned().teacher), ask(earned().teacher)
    for one in (first, second):
        with faulty(create_transfer=[SILENCE]), pytest.raises(OutsideDown):
            process(one, admin)

    with faulty(find_transfer=[SILENCE]):
        assert sweep() == 1

    statuses = Payout.objects.order_by("created_at").values_list("status", flat=True)
    assert list(statuses) == ["processing", "paid"]


def test_a_batch_pays_everybody_it_can(admin):
    asked = ask(earned().teacher)
    not_asked = earned()
    unready = earned()
    User.objects.filter(pk=unready.teacher_id).update(stripe_payouts_enabled=False)
    little = earned(price_cents=6_000)
    refused = ask(earned().teacher)
    User.objects.filter(pk=refused.recipient_id).update(stripe_payouts_enabled=False)

    outcomes = process_all(by=admin, at=clock.now())

    by_name = {outcome.payout_id: outcome for outcome in outcomes}
    assert by_name[str(asked.pk)].status == "paid"
    opened = Payout.objects.get(recipient=not_asked.teacher)
    assert by_name[str(opened.pk)].status == "paid"
    assert by_name[str(refused.pk)].status == "pending"
    assert by_name[str(refused.pk)].error
    assert not Payout.objects.filter(recipient__in=[unready.teacher, little.teacher]).exists()
    assert len(outcomes) == 3
    assert AuditEntry.objects.filter(action="payout.open", actor=admin).count() == 1
    ledger_balances()


def test_one_failure_stops_nothing(admin):
    payouts = [ask(earned().teacher) for _ in range(3)]
    with faulty(create_transfer=[Rejected("no"), SILENCE]):
        outcomes = process_all(by=admin, at=clock.now())

    assert [outcome.status for outcome in outcomes] == ["failed", "processing", "paid"]
    assert [bool(outcome.error) for outcome in outcomes] == [True, True, False]
    assert len(payouts) == 3
    ledger_balances()


def test_a_batch_is_for_admins_and_leaves_their_own_earnings_out():
    enrollment = earned()
    tom = enrollment.teacher
    with pytest.raises(Forbidden):
        process_all(by=tom, at=clock.now())
    User.objects.filter(pk=tom.pk).update(is_admin=True)
    assert process_all(by=User.objects.get(pk=tom.pk), at=clock.now()) == []


def test_a_creator_is_paid_as_well(admin):
    enrollment = earned(parts=3)
    clara = connect(enrollment.course.creator)
    payout = ask(clara)
    assert payout.amount_cents == 6_750
    assert process(payout, admin).status == "paid"
    assert paid_enrollment().status == "enrolled"
