"""Scenes of money after the payment: sessions held, released, paid out, refunded, disputed."""

from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

from accounts.models import User
from billing.actions.accounts import open_account
from billing.actions.escrow import release_due
from billing.actions.payout_processing import process_payout
from billing.actions.payouts import request_payout
from billing.actions.refund_sending import send_refund
from billing.actions.refunds import approve_refund, cancel_enrollment
from billing.invariants import LEDGER
from billing.models import (
    LocalPaymentObject,
    PaymentSplit,
    Payout,
    RefundRequest,
    Transaction,
)
from billing.providers import local_console, local_page, payments
from billing.tests.stage import a_payment, settle
from learning.models import Enrollment
from peerloop.kit import clock
from peerloop.kit.invariants import differences_of
from scheduling.actions.completion import complete_session
from scheduling.models import Session
from scheduling.tests.people import a_session
from tests.cast import a_course, a_member, a_teacher

WEEK = timedelta(days=7)


def ada(**fields: Any) -> User:
    """Ada administers."""
    return a_member("Ada Admin", is_admin=True, **fields)


def paid_enrollment(
    *,
    modules: int = 3,
    price_cents: int = 45_000,
    teacher: Any = None,
    student: Any = None,
    course: Any = None,
) -> Enrollment:
    """Sam bought Clara's course; Tom teaches."""
    course = course or a_course(modules=modules, price_cents=price_cents)
    row = teacher or a_teacher(course)
    payment = a_payment(student or a_member(), course, row.user)
    assert payment.enrollment is not None
    return payment.enrollment


def payment_of(enrollment: Enrollment) -> Transaction:
    """What was paid for it."""
    return Transaction.objects.get(enrollment=enrollment)


def hold(enrollment: Enrollment, *, at: datetime | None = None, by: User | None = None) -> Session:
    """A session that was held just now, an hour long."""
    at = at or clock.now()
    enrollment.refresh_from_db()
    session = a_session(enrollment, start=at - timedelta(hours=1), teacher=by or enrollment.teacher)
    return complete_session(session_id=session.pk, source="admin", at=at, ended_at=at)


def rows_of(enrollment: Enrollment, **filters: Any) -> Any:
    """The rows of its payment, by part."""
    rows = PaymentSplit.objects.filter(transaction__enrollment=enrollment, **filters)
    return rows.order_by("part_no", "share")


def states(enrollment: Enrollment, part_no: int) -> dict[str, str]:
    """Where the three shares of a part are."""
    rows = rows_of(enrollment, part_no=part_no)
    return {row.share: row.status for row in rows}


def connect(user: User) -> User:
    """Give a member a payout account that can be paid."""
    user = open_account(user=user, at=clock.now())
    local_page.finish_onboarding(user.stripe_account_id or "")
    settle()
    return User.objects.get(pk=user.pk)


def earned(*, parts: int = 1, price_cents: int = 45_000, modules: int = 3) -> Enrollment:
    """Sessions held and their hold over; Tom has an account that can be paid."""
    enrollment = paid_enrollment(modules=modules, price_cents=price_cents)
    connect(enrollment.teacher)
    for number in range(parts):
        hold(enrollment, at=clock.now() - WEEK - timedelta(hours=parts - number))
    release_due(at=clock.now())
    return enrollment


def ask(user: User, cents: int | None = None) -> Payout:
    """Ask for a payout."""
    return request_payout(
        recipient=User.objects.get(pk=user.pk), amount_cents=cents, at=clock.now()
    )


def paid_out(user: User) -> Payout:
    """Everything that is available was sent."""
    return process_payout(payout_id=ask(user).pk, by=ada(), at=clock.now())


def ledger_balances() -> None:
    """No difference anywhere in the money tables."""
    assert differences_of(LEDGER) == []


class Faulty:
    """The payment provider with faults: one for each next call of the named method.

    A fault is an error to raise instead of the call, or ``after(error)``: the effect happens, the
    answer is lost.
    """

    def __init__(self, real: Any = None, **faults: list[Any]) -> None:
        self.real = real or payments()
        self.faults = faults
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        real = getattr(self.real, name)
        if not callable(real):
            return real

        def call(*args: Any, **named: Any) -> Any:
            self.calls.append(name)
            waiting = self.faults.get(name, [])
            fault = waiting.pop(0) if waiting else None
            if isinstance(fault, LostAnswer):
                real(*args, **named)
                raise fault.error
            if fault is not None:
                raise fault
            return real(*args, **named)

        return call


class LostAnswer:
    """The effect happened, but we never heard."""

    def __init__(self, error: Exception) -> None:
        self.error = error


PLACES = (
    "billing.actions.books",
    "billing.actions.payout_processing",
    "billing.actions.refund_sending",
    "billing.actions.clawbacks",
    "billing.actions.reconciling",
    "billing.stripe_money",
)


@contextmanager
def faulty(real: Any = None, **faults: list[Any]) -> Any:
    """Let the provider, ours or the one given, fail as described."""
    provider = Faulty(real, **faults)
    patches = [mock.patch(f"{place}.payments", return_value=provider) for place in PLACES]
    for patch in patches:
        patch.start()
    try:
        yield provider
    finally:
        for patch in patches:
            patch.stop()


def left(enrollment: Enrollment) -> Any:
    """The student leaves; the request that came of it."""
    return cancel_enrollment(
        enrollment=enrollment, by=enrollment.student, reason="", at=clock.now()
    )


def approve(request: RefundRequest, by: User | None = None, **named: Any) -> RefundRequest:
    """An admin approves."""
    return approve_refund(request=request, by=by or ada(), at=clock.now(), **named)


def send(request: RefundRequest) -> bool:
    """Send what was approved."""
    return send_refund(request_id=request.pk, at=clock.now())


def refunds_there() -> list[int]:
    """What the local provider sent back, oldest first."""
    rows = LocalPaymentObject.objects.filter(kind="refund").order_by("created_at", "pk")
    return [row.data["amount"] for row in rows]


def dispute(enrollment, **named):
    """Let the card's owner dispute the payment; the dispute's id at the provider."""
    payment = payment_of(enrollment)
    return local_console.open_dispute(payment.stripe_payment_intent_id, **named)


def decide(key, status):
    """Let the bank decide a dispute, and work the events."""
    local_console.move_dispute(key, status)
    settle()


def stand(enrollment):
    """The states of payment and enrollment."""
    enrollment.refresh_from_db()
    return payment_of(enrollment).status, enrollment.status
