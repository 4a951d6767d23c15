"""The database says no: sums, transitions, edits and deletions of money rows."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from billing.models import (
    BalanceAdjustment,
    Hold,
    PaymentSplit,
    Payout,
    Refund,
    SplitEvent,
    Transaction,
)
from billing.money import shares, spread
from tests.cast import a_course, a_member, a_teacher

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
Status = PaymentSplit.Status


def a_payment(amount: int = 1000, parts: int = 2, **changed: int) -> Transaction:
    """A payment with its splits; ``changed`` replaces the amount of a share's first part."""
    course, student = a_course(modules=parts), a_member()
    payment = Transaction.objects.create(
        payer=student, student=student, course=course, amount_cents=amount, paid_at=AT
    )
    split = shares(amount)
    for share in ("platform", "royalty", "teaching"):
        amounts = spread(getattr(split, share), parts)
        amounts[0] = changed.get(share, amounts[0])
        PaymentSplit.objects.bulk_create(
            PaymentSplit(
                transaction=payment,
                part_no=number,
                share=share,
                recipient=course.creator if share == "royalty" else None,
                recipient_type={"platform": "platform", "royalty": "creator"}.get(
                    share, "student_teacher"
                ),
                percent=70 if share == "teaching" else 15,
                amount_cents=cents,
            )
            for number, cents in enumerate(amounts, start=1)
        )
    return payment


def a_hold(split: PaymentSplit, **fields: Any) -> Hold:
    given = {"cause": "flag", "source_id": split.pk, "status_before": "held", "placed_at": AT}
    return Hold.objects.create(split=split, **(given | fields))


def settle() -> None:
    """Let deferred constraints speak now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def refused(text: str) -> Any:
    return pytest.raises(IntegrityError, match=text)


def test_splits_that_add_up_stand() -> None:
    a_payment()
    settle()


@pytest.mark.parametrize("share", ["platform", "royalty", "teaching"])
def test_a_cent_too_many_or_too_few_is_refused(share: str) -> None:
    with refused("add up"), transaction.atomic():
        a_payment(**{share: 1})
        settle()


def test_a_payment_without_splits_is_refused() -> None:
    course, student = a_course(), a_member()
    with refused("add up"), transaction.atomic():
        Transaction.objects.create(
            payer=student, student=student, course=course, amount_cents=500, paid_at=AT
        )
        settle()


def test_one_share_of_one_part_stands_once() -> None:
    split = a_payment().splits.get(part_no=1, share="royalty")
    split.pk, split._state.adding = None, True
    with refused("split_once"), transaction.atomic():
        PaymentSplit.objects.bulk_create(
            [
                PaymentSplit(
                    transaction=split.transaction,
                    part_no=1,
                    share="royalty",
                    recipient_type="creator",
                    percent=15,
                    amount_cents=0,
                )
            ]
        )


def test_the_database_and_the_model_know_the_same_transitions() -> None:
    """Tries all 64 pairs; what a state needs is filled, so that only the transition is judged."""
    payment, tom = a_payment(), a_member()
    payout = Payout.objects.create(recipient=tom, amount_cents=1)
    BalanceAdjustment.objects.create(recipient=tom, amount_cents=1, reason="bonus", payout=payout)
    for number, before in enumerate(Status, start=100):
        split = PaymentSplit.objects.create(
            transaction=payment,
            part_no=number,
            share="platform",
            recipient_type="platform",
            percent=15,
            amount_cents=0,
            status=before,
            payout=payout,
            paid_at=AT,
        )
        if before == Status.FROZEN:
            a_hold(split)
        allowed = {after.value for after in Status if after != before and _allows(split, after)}

        assert allowed == set(PaymentSplit.TRANSITIONS[before]), before


def _allows(row: Any, after: str) -> bool:
    """Whether the database allows the transition; it is undone afterwards."""
    try:
        with transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(status=after)
            transaction.set_rollback(True)
    except IntegrityError as error:
        return "does not go" not in str(error)
    return True


def test_the_database_and_the_model_know_the_same_transitions_of_a_payment() -> None:
    """Tries all 25 pairs of a payment that went back whole, as every status allows that."""
    for before in Transaction.Status:
        payment = a_payment()
        Refund.objects.create(
            transaction=payment,
            amount_cents=1000,
            stripe_refund_id=f"re_{before}",
            origin="console",
            booked_at=AT,
        )
        Transaction.objects.filter(pk=payment.pk).update(refunded_cents=1000)
        if before != Transaction.Status.PAID:
            Transaction.objects.filter(pk=payment.pk).update(status=before)
        allowed = {
            after.value
            for after in Transaction.Status
            if after != before and _allows(payment, after)
        }
        assert allowed == set(Transaction.TRANSITIONS[before]), before


def test_a_lost_dispute_is_the_end_of_a_payment() -> None:
    payment = a_payment()
    Transaction.objects.filter(pk=payment.pk).update(status="dispute_lost")
    for status in ("paid", "disputed", "partially_refunded"):
        with refused("a payment does not go from dispute_lost"), transaction.atomic():
            Transaction.objects.filter(pk=payment.pk).update(status=status)


@pytest.mark.parametrize(
    "change", [{"amount_cents": 1}, {"part_no": 9}, {"share": "platform"}, {"percent": 1}]
)
def test_a_split_is_not_edited(change: dict[str, Any]) -> None:
    payment = a_payment()
    with refused("not edited"), transaction.atomic():
        payment.splits.filter(part_no=1, share="teaching").update(**change)


@pytest.mark.parametrize("change", [{"amount_cents": 1}, {"currency": "eur"}])
def test_a_payment_is_not_edited(change: dict[str, Any]) -> None:
    payment = a_payment()
    with refused("not edited"), transaction.atomic():
        Transaction.objects.filter(pk=payment.pk).update(**change)


def test_money_rows_are_not_deleted() -> None:
    payment = a_payment()
    with refused("only added"), transaction.atomic():
        payment.splits.all()._raw_delete("default")
    with refused("only added"), transaction.atomic():
        Transaction.objects.filter(pk=payment.pk)._raw_delete("default")


def test_events_of_splits_are_only_added() -> None:
    split = a_payment().splits.first()
    event = SplitEvent.objects.create(split=split, to_status="held", at=AT)
    with refused("only added"), transaction.atomic():
        SplitEvent.objects.filter(pk=event.pk).update(reason="changed")
    with refused("only added"), transaction.atomic():
        SplitEvent.objects.filter(pk=event.pk)._raw_delete("default")


def test_teaching_money_needs_a_session_to_be_released() -> None:
    payment = a_payment()
    teacher = a_teacher(payment.course).user
    with refused("split_teaching_needs_session"), transaction.atomic():
        payment.splits.filter(part_no=1, share="teaching").update(
            status="releasable", recipient=teacher
        )


def test_the_platform_has_no_recipient() -> None:
    payment = a_payment()
    with refused("split_platform_has_no_recipient"), transaction.atomic():
        payment.splits.filter(share="platform").update(recipient=payment.student)


def frozen(payment: Transaction) -> PaymentSplit:
    """A split that a hold freezes."""
    split = payment.splits.get(part_no=1, share="royalty")
    PaymentSplit.objects.filter(pk=split.pk).update(status="frozen")
    a_hold(split)
    settle()
    return split


def test_a_split_is_not_frozen_without_a_hold() -> None:
    rows = a_payment().splits.filter(part_no=1, share="royalty")
    with refused("is frozen, but a hold stands on it: f"), transaction.atomic():
        rows.update(status="frozen")
        settle()


def test_a_hold_does_not_stand_on_a_split_that_goes_on() -> None:
    split = a_payment().splits.get(part_no=1, share="royalty")
    with refused("is held, but a hold stands on it: t"), transaction.atomic():
        a_hold(split)
        settle()


def test_a_split_is_not_thawed_while_a_hold_stands() -> None:
    split = frozen(a_payment())
    with refused("is held, but a hold stands on it: t"), transaction.atomic():
        PaymentSplit.objects.filter(pk=split.pk).update(status="held")
        settle()


def test_a_split_is_not_left_frozen_when_its_last_hold_is_lifted() -> None:
    split = frozen(a_payment())
    with refused("is frozen, but a hold stands on it: f"), transaction.atomic():
        split.holds.update(lifted_at=AT)
        settle()


def test_one_cause_holds_a_split_once_at_a_time() -> None:
    split = frozen(a_payment())
    a_hold(split, cause="card_dispute")
    a_hold(split, lifted_at=AT)
    with refused("hold_once_a_cause"), transaction.atomic():
        a_hold(split)


@pytest.mark.parametrize(
    "change",
    [{"cause": "duplicate"}, {"status_before": "releasable"}, {"placed_by": None}],
)
def test_a_hold_is_not_edited(change: dict[str, Any]) -> None:
    split = frozen(a_payment())
    a_hold(split, cause="card_dispute", placed_by=a_member())
    with refused("a hold is not edited"), transaction.atomic():
        split.holds.filter(cause="card_dispute").update(**change)


def test_a_hold_is_lifted_once_and_not_deleted() -> None:
    split = frozen(a_payment())
    hold = a_hold(split, cause="card_dispute", lifted_at=AT)
    for change in ({"lifted_at": None}, {"lifted_by": a_member()}):
        with refused("stays lifted"), transaction.atomic():
            Hold.objects.filter(pk=hold.pk).update(**change)
    with refused("only added"), transaction.atomic():
        Hold.objects.filter(pk=hold.pk)._raw_delete("default")


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"cause": "mood"}, "hold_cause"),
        ({"status_before": "paid"}, "hold_status_before"),
        ({"lifted_by": "somebody"}, "hold_lifted_by"),
    ],
)
def test_a_hold_says_why_and_what_was_before(fields: dict[str, Any], name: str) -> None:
    split = a_payment().splits.get(part_no=1, share="royalty")
    if "lifted_by" in fields:
        fields = {"lifted_by": a_member()}
    with refused(name), transaction.atomic():
        a_hold(split, **fields)
