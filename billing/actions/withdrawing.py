"""Withdraw from a contract without signing in, as the law of the European Union asks.

Directive 2011/83/EU, article 11a: a statement with a name, the contract and an address; confirmed
in a second step; a receipt with its words and its time. What comes back is what the rules give to
everybody who leaves (REF-1 to REF-3), which is never less than the law's.
"""

import re
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts.models import User
from accounts.notifications.notify import notify
from accounts.notifications.outbox.queue import queue_email
from billing.actions.refunds import cancel_enrollment
from billing.models import Transaction, Withdrawal
from billing.models.withdrawal import LONGEST_ANSWER, LONGEST_NAME, LONGEST_ORDER
from billing.notifications import WITHDRAWAL_ANSWERED, WITHDRAWAL_RECEIVED, WITHDRAWAL_WAITS
from billing.notifications.sending import admins
from learning.actions.locks import lock_enrollment
from peerloop.kit.formats import money_text
from peerloop.kit.refusals import Invalid, WrongMoment
from peerloop.kit.retries import retried
from peerloop.kit.rows import locked

NUMBER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
Status = Withdrawal.Status


def payment_of(*, order: str, email: str) -> Transaction | None:
    """The payment whose receipt has that number and went to that address; changes nothing.

    The number has 74 random bits and stands in the receipt alone: it proves as much as a link in a
    mail does.
    """
    found = NUMBER.search(order)
    if found is None:
        return None
    rows = Transaction.objects.select_related("course", "enrollment__course", "enrollment__student")
    return rows.filter(pk=UUID(found[0]), kind="course", payer__email__iexact=email).first()


@retried
@transaction.atomic
def withdraw(*, name: str, email: str, order: str, at: datetime) -> Withdrawal:
    """Take a statement, end the enrollment that it is about, and queue its receipt.

    ``order``: the number of a receipt, or words. An active enrollment is cancelled and its refund
    requested as by ``cancel_enrollment``; one that was cancelled before changes nothing. A course
    that was completed, a disputed payment and a payment that is not found wait for a person, who is
    told. Safe to repeat for one payment: answers with the first statement. Raises Invalid naming
    ``name``, ``email`` or ``order``.
    """
    name, email, order = _checked(name, email, order)
    payment = payment_of(order=order, email=email)
    enrollment = payment.enrollment if payment else None
    cents, is_done = 0, False
    if payment and enrollment:
        lock_enrollment(enrollment)
        earlier = Withdrawal.objects.filter(transaction=payment, status=Status.DONE).first()
        if earlier is not None:
            return earlier
        if enrollment.is_active:
            request = cancel_enrollment(
                enrollment=enrollment, by=enrollment.student, reason="Withdrawn", at=at
            )
            cents = request.policy_cents if request else 0
        is_done = enrollment.status == enrollment.Status.CANCELLED
    row = Withdrawal.objects.create(
        name=name,
        email=email,
        order=order,
        transaction=payment,
        refund_cents=cents,
        status=Status.DONE if is_done else Status.WAITING,
        received_at=at,
        created_at=at,
        updated_at=at,
    )
    _send_receipt(row)
    if not is_done:
        notify(WITHDRAWAL_WAITS, people=admins(), key=row.pk, name=name, at=at)
    return row


@retried
@transaction.atomic
def answer_withdrawal(*, withdrawal: Withdrawal, answer: str, by: User, at: datetime) -> Withdrawal:
    """A person's answer to a statement that waits, sent to its address.

    What it promises is done by the acts of the payment or enrollment. Raises WrongMoment unless it
    waits, Invalid naming ``answer``.
    """
    row = locked(Withdrawal.objects.all()).get(pk=withdrawal.pk)
    if row.status != Status.WAITING:
        raise WrongMoment("This withdrawal needs no answer.")
    answer = answer.strip()
    if not answer:
        raise Invalid.field("answer", "Write what becomes of it.")
    if len(answer) > LONGEST_ANSWER:
        raise Invalid.field("answer", f"Use at most {LONGEST_ANSWER:,} characters.")
    row.transition_to(Status.ANSWERED)
    row.answer, row.answered_by = answer, by
    row.save(update_fields=["status", "answer", "answered_by"])
    queue_email(
        WITHDRAWAL_ANSWERED,
        to=row.email,
        context={"name": row.name, "order": row.order, "answer": answer},
        dedupe_key=f"withdrawal-answered:{row.pk}",
        at=at,
    )
    return row


def _checked(name: str, email: str, order: str) -> tuple[str, str, str]:
    name, order, email = " ".join(name.split()), " ".join(order.split()), email.strip().lower()
    for field, value, longest, ask in (
        ("name", name, LONGEST_NAME, "Give your name."),
        ("order", order, LONGEST_ORDER, "Say which purchase it is about."),
    ):
        if not value:
            raise Invalid.field(field, ask)
        if len(value) > longest:
            raise Invalid.field(field, f"Use at most {longest} characters.")
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid.field("email", "Give an e-mail address that exists.") from None
    return name, email, order


def _send_receipt(row: Withdrawal) -> None:
    """With the words and the time of the statement; the member's, if the address is theirs."""
    payment = row.transaction
    queue_email(
        WITHDRAWAL_RECEIVED,
        to=row.email,
        context={
            "name": row.name,
            "order": row.order,
            "course": payment.course.title if payment else "",
            "is_done": row.status == Status.DONE,
            "amount": money_text(row.refund_cents, payment.currency)
            if payment and row.refund_cents
            else "",
            "number": str(row.pk),
        },
        dedupe_key=f"withdrawal-received:{row.pk}",
        at=row.received_at,
    )
