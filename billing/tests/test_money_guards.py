"""The database says no: payouts and refunds that do not add up, edits and deletions."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from billing.models import (
    BalanceAdjustment,
    CardDispute,
    Payout,
    Refund,
    RefundFailure,
    RefundReplacement,
    RefundRequest,
    Transaction,
    TransferReversal,
)
from billing.tests.test_ledger_guards import AT, a_payment, refused, settle
from tests.cast import a_member

pytestmark = pytest.mark.django_db


def a_payout(cents: int = 500, behind: int | None = None, **fields: Any) -> Payout:
    """A payout with one adjustment behind it."""
    tom = a_member()
    payout = Payout.objects.create(recipient=tom, amount_cents=cents, **fields)
    bonus(tom, cents if behind is None else behind, payout)
    return payout


def bonus(user: Any, cents: int, payout: Payout | None = None) -> BalanceAdjustment:
    return BalanceAdjustment.objects.create(
        recipient=user, amount_cents=cents, reason="bonus", payout=payout
    )


def test_a_payout_that_adds_up_stands() -> None:
    a_payout()
    settle()


@pytest.mark.parametrize("status", ["pending", "processing", "paid"])
def test_a_payout_is_what_is_behind_it(status: str) -> None:
    fields = {"stripe_transfer_id": "tr_1", "paid_at": AT} if status == "paid" else {}
    with refused("add up"), transaction.atomic():
        a_payout(behind=499, status=status, **fields)
        settle()


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_a_payout_that_did_not_go_out_needs_nothing_behind_it(status: str) -> None:
    a_payout(behind=499, status=status)
    settle()


def test_no_row_leaves_or_joins_a_payout_alone() -> None:
    payout = a_payout()
    settle()
    with refused("add up"), transaction.atomic():
        payout.adjustments.update(payout=None)
        settle()
    with refused("add up"), transaction.atomic():
        bonus(payout.recipient, 1, payout)
        settle()


def test_no_split_leaves_or_joins_a_payout_alone() -> None:
    payment, payout = a_payment(), a_payout()
    rows = payment.splits.filter(share="royalty", part_no=1)
    rows.update(status="releasable")
    settle()
    with refused("add up"), transaction.atomic():
        rows.update(status="queued", payout=payout)
        settle()


def test_a_payout_is_not_edited() -> None:
    payout = a_payout()
    for change in ({"amount_cents": 501}, {"recipient": a_member()}, {"currency": "eur"}):
        with refused("not edited"), transaction.atomic():
            Payout.objects.filter(pk=payout.pk).update(**change)


def test_the_database_and_the_model_know_the_same_transitions() -> None:
    Status = Payout.Status
    fields = {"stripe_transfer_id": "tr_1", "paid_at": AT}
    for before in Status:
        payout = Payout.objects.create(
            recipient=a_member(), amount_cents=1, status=before, **fields
        )
        bonus(payout.recipient, 1, payout)
        allowed = {after.value for after in Status if after != before and _allows(payout, after)}
        assert allowed == set(Payout.TRANSITIONS[before]), before
        Payout.objects.filter(pk=payout.pk).update(stripe_transfer_id=f"tr_{before}")


def _allows(payout: Payout, after: str) -> bool:
    try:
        with transaction.atomic():
            Payout.objects.filter(pk=payout.pk).update(status=after)
            transaction.set_rollback(True)
    except IntegrityError as error:
        return "does not go" not in str(error)
    return True


def test_nobody_has_two_open_payouts() -> None:
    payout = a_payout()
    with refused("payout_one_open"), transaction.atomic():
        Payout.objects.create(recipient=payout.recipient, amount_cents=1, status="processing")


def test_nobody_approves_their_own_payout() -> None:
    payout = a_payout()
    with refused("payout_four_eyes"), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(approved_by=payout.recipient)


def test_a_paid_payout_has_its_transfer() -> None:
    payout = a_payout(status="processing")
    with refused("payout_paid_is_whole"), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(status="paid")


def test_no_more_is_taken_back_than_was_sent() -> None:
    payout = a_payout()
    with refused("payout_reversed_at_most_all"), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(reversed_cents=501)


def a_refund(payment: Transaction, cents: int, key: str = "re_1") -> Refund:
    return Refund.objects.create(
        transaction=payment,
        amount_cents=cents,
        stripe_refund_id=key,
        origin="console",
        booked_at=AT,
    )


def test_refunds_that_add_up_stand() -> None:
    payment = a_payment()
    a_refund(payment, 300)
    a_refund(payment, 200, "re_2")
    Transaction.objects.filter(pk=payment.pk).update(
        refunded_cents=500, status="partially_refunded"
    )
    settle()


def test_a_refund_that_is_not_noted_is_refused() -> None:
    payment = a_payment()
    with refused("add up"), transaction.atomic():
        a_refund(payment, 300)
        settle()


def test_a_note_without_its_refund_is_refused() -> None:
    payment = a_payment()
    with refused("add up"), transaction.atomic():
        Transaction.objects.filter(pk=payment.pk).update(refunded_cents=1)
        settle()


def test_no_more_goes_back_than_was_paid() -> None:
    payment = a_payment()
    with refused("transaction_refunded_at_most_all"), transaction.atomic():
        Transaction.objects.filter(pk=payment.pk).update(refunded_cents=1001)


def test_a_refund_is_booked_once() -> None:
    payment = a_payment()
    with refused("stripe_refund_id"), transaction.atomic():
        a_refund(payment, 300)
        a_refund(payment, 300)


def a_request(payment: Transaction, **fields: Any) -> RefundRequest:
    given = {"policy": "full", "policy_cents": 1000, "auto_approve_at": AT, **fields}
    return RefundRequest.objects.create(transaction=payment, **given)


@pytest.mark.parametrize("status", ["pending", "approved", "processing"])
def test_a_payment_has_one_open_refund_request(status: str) -> None:
    payment = a_payment()
    a_request(payment)
    with refused("refund_request_one_open"), transaction.atomic():
        a_request(payment, status=status)


def test_less_than_the_rules_ask_for_is_never_approved() -> None:
    payment = a_payment()
    with refused("refund_request_at_least_policy"), transaction.atomic():
        a_request(payment, approved_cents=999)


def test_refunds_are_only_added() -> None:
    payment = a_payment()
    with transaction.atomic():
        refund = a_refund(payment, 300)
        Transaction.objects.filter(pk=payment.pk).update(refunded_cents=300)
    for change in ({"amount_cents": 1}, {"stripe_refund_id": "re_3"}):
        with refused("only added"), transaction.atomic():
            Refund.objects.filter(pk=refund.pk).update(**change)


@pytest.mark.parametrize(
    "change", [{"amount_cents": 1}, {"recipient": None}, {"reason": "clawback"}, {"note": "x"}]
)
def test_adjustments_are_not_edited(change: dict[str, Any]) -> None:
    adjustment = bonus(a_member(), 5)
    with refused("not edited"), transaction.atomic():
        BalanceAdjustment.objects.filter(pk=adjustment.pk).update(**change)


def test_rows_of_money_are_not_deleted() -> None:
    payment = a_payment()
    refund = a_refund(payment, 300)
    Transaction.objects.filter(pk=payment.pk).update(refunded_cents=300)
    payout = a_payout()
    rows = [
        refund,
        a_request(payment),
        RefundFailure.objects.create(
            transaction=payment, stripe_refund_id="re_1", amount_cents=1, failed_at=AT
        ),
        RefundReplacement.objects.create(
            transaction=payment, stripe_refund_id="re_2", amount_cents=1
        ),
        CardDispute.objects.create(
            transaction=payment, stripe_dispute_id="dp_1", amount_cents=1, status="x", opened_at=AT
        ),
        TransferReversal.objects.create(
            payout=payout, clawback=payout.adjustments.get(), amount_cents=1
        ),
        payout.adjustments.get(),
        payout,
    ]
    for row in rows:
        with refused("only added"), transaction.atomic():
            type(row).objects.filter(pk=row.pk)._raw_delete("default")


@pytest.mark.parametrize(
    "table", ["payment_splits", "split_events", "transactions", "refunds", "payouts", "holds"]
)
def test_no_table_of_money_is_emptied_as_a_whole(table):
    refused = pytest.raises(IntegrityError, match="are only added")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")
