"""Notifying members and admins about money, each from the rows that it is about."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from accounts.notifications.notify import notify
from accounts.notifications.outbox.queue import queue_email
from billing.models import (
    BalanceAdjustment,
    CheckoutSession,
    PaymentSplit,
    Payout,
    Transaction,
)
from billing.notifications import (
    ACCOUNT_ACTION,
    ACCOUNT_READY,
    BALANCE_ADDED,
    BALANCE_TAKEN,
    BANK_REFUSED,
    ENROLLED,
    NEW_STUDENT,
    PAID_TWICE,
    PAID_TWICE_FOR_ADMINS,
    PAYMENT_DOUBT,
    PAYMENT_FAILED,
    PAYMENT_RECEIPT,
    PAYOUT_CANCELLED,
    PAYOUT_COMPLETE,
    PAYOUT_FAILED,
    PAYOUT_REFUSED,
    PAYOUT_REQUESTED,
    PAYOUT_WAITS,
    SHARE_FLAGGED,
    TIME_TAKEN,
    TIME_TAKEN_FOR_TEACHER,
    WEEKLY_PAYOUT,
)
from learning.models import Enrollment
from peerloop.kit.formats import Moment, money_text, utc_iso, zone_of
from scheduling.models import Session


def admins() -> list[User]:
    """Everybody who decides about money."""
    return list(User.objects.active().filter(is_admin=True))


def notify_enrolled(
    *, payment: Transaction, enrollment: Enrollment, session: Session | None = None, at: datetime
) -> None:
    """Receipt and welcome to the student, the news to teacher and creator.

    ``session`` is the first one, if it was booked with the payment; its own news go out besides.
    """
    course, student, teacher = payment.course, payment.student, enrollment.teacher
    values: dict[str, Any] = {
        "course": course.title,
        "creator": course.creator.name,
        "teacher": teacher.name if teacher else "",
        "student": student.name,
        "sessions": enrollment.modules_paid,
        "minutes": course.session_minutes,
        "amount": money_text(payment.amount_cents, payment.currency, code=True),
        "paid_at": utc_iso(payment.paid_at),
        "number": str(payment.pk),
    }
    step = "Book your first session next." if teacher else "Choose a teacher and a time next."
    first = _starts(session.scheduled_start, student, at) if session else ""
    notify(
        ENROLLED,
        people=[student],
        key=enrollment.pk,
        to=[enrollment.pk],
        url=reverse("session", args=[session.pk]) if session else None,
        **values,
        next=f"Your first session: {first}." if first else step,
        first=first,
        at=at,
    )
    notify(
        NEW_STUDENT,
        people=[person for person in (teacher, course.creator) if person],
        key=enrollment.pk,
        url=None if teacher else reverse("course", args=[course.slug]),
        **values,
        at=at,
    )
    queue_email(
        PAYMENT_RECEIPT,
        to=payment.payer.email,
        context={**values, "url": reverse("learn-room", args=[enrollment.pk])},
        dedupe_key=f"payment-receipt:{payment.pk}",
        user=payment.payer,
        at=at,
    )


def notify_time_taken(
    *, checkout: CheckoutSession, enrollment: Enrollment, nearest: list[datetime], at: datetime
) -> None:
    """Student and teacher: the time chosen before paying is no longer free (rule HOLD-2)."""
    student, teacher, start = checkout.student, checkout.teacher, checkout.starts_at
    if teacher is None or start is None:
        return
    zone = zone_of(student.timezone)
    free = ", or ".join(Moment(one, zone, at).datetime for one in nearest)
    values = {"course": checkout.course.title, "student": student.name, "teacher": teacher.name}
    notify(
        TIME_TAKEN,
        people=[student],
        key=enrollment.pk,
        to=[enrollment.pk],
        **values,
        starts=_starts(start, student, at),
        nearest=f"Free close to it: {free}." if free else "",
        at=at,
    )
    notify(
        TIME_TAKEN_FOR_TEACHER,
        people=[teacher],
        key=enrollment.pk,
        **values,
        starts=_starts(start, teacher, at),
        at=at,
    )


def _starts(start: datetime, person: User, at: datetime) -> str:
    """A start as the person reads it, with their zone."""
    moment = Moment(start, zone_of(person.timezone), at)
    return f"{moment.datetime} ({moment.zone_label})"


def notify_duplicate(*, payment: Transaction, at: datetime) -> None:
    """A second payment for the same course goes back: payer and admins hear of it (rule ENR-4)."""
    amount = money_text(payment.amount_cents, payment.currency)
    values = {"amount": amount, "course": payment.course.title}
    notify(PAID_TWICE, people=[payment.payer], key=payment.pk, **values, at=at)
    notify(PAID_TWICE_FOR_ADMINS, people=admins(), key=payment.pk, **values, at=at)


@transaction.atomic
def notify_admins_of_doubt(*, session_id: str, at: datetime) -> None:
    """Money came whose sum or currency is not what was asked: a person has to look."""
    notify(PAYMENT_DOUBT, people=admins(), key=session_id, session_id=session_id, at=at)


@transaction.atomic
def notify_payment_failed(*, checkout: CheckoutSession, at: datetime) -> None:
    """The payer, by mail too: a payment that was on its way did not arrive (NOTE-3)."""
    course = checkout.course
    notify(
        PAYMENT_FAILED,
        people=[checkout.payer],
        key=checkout.pk,
        to=[course.slug],
        course=course.title,
        amount=money_text(checkout.amount_cents, checkout.currency),
        at=at,
    )


def notify_account_changed(*, user: User, is_ready: bool, reason: str, at: datetime) -> None:
    """The payout account became usable, or stopped being so (rule OUT-9)."""
    kind = ACCOUNT_READY if is_ready else ACCOUNT_ACTION
    key = f"{user.stripe_account_id}:{utc_iso(at)}"
    notify(kind, people=[user], key=key, reason=reason, at=at)


def notify_bank_refused(*, user: User, amount: str, reason: str, key: str, at: datetime) -> None:
    """A member whose bank did not take what the payout account sent on."""
    why = f": {reason}" if reason else ""
    words = f"Your bank did not accept {amount} from your payout account{why}."
    notify(
        BANK_REFUSED,
        people=[user],
        key=key,
        amount=amount,
        reason=f"{words} The money is still in that account.",
        at=at,
    )


def notify_payout_requested(*, payout: Payout, at: datetime) -> None:
    """Admins: somebody asked for their earnings."""
    key = f"{payout.pk}:{payout.attempt}"
    notify(PAYOUT_REQUESTED, people=admins(), key=key, **_payout_values(payout), at=at)


def notify_weekly_payout(*, payout: Payout, at: datetime) -> None:
    """The recipient: their earnings were asked for, as they chose."""
    notify(WEEKLY_PAYOUT, people=[payout.recipient], key=payout.pk, **_payout_values(payout), at=at)


def notify_payout_complete(*, payout: Payout, at: datetime) -> None:
    """The recipient: the money is on its way."""
    people, values = [payout.recipient], _payout_values(payout)
    notify(PAYOUT_COMPLETE, people=people, key=payout.pk, **values, number=str(payout.pk), at=at)


def notify_payout_waits(*, payout: Payout, at: datetime) -> None:
    """Admins, once a day: our balance at the provider does not cover a payout yet."""
    key, values = f"{payout.pk}:{at.date().isoformat()}", _payout_values(payout)
    notify(PAYOUT_WAITS, people=admins(), key=key, **values, at=at)


def notify_payout_failed(*, payout: Payout, at: datetime) -> None:
    """The recipient and the admins: the provider refused, nothing is lost.

    What the provider says is for admins: it can be about our books.
    """
    key, values = f"{payout.pk}:{payout.attempt}", _payout_values(payout)
    notify(
        PAYOUT_FAILED,
        people=[payout.recipient],
        key=key,
        **values,
        reason=payout.failure_words,
        at=at,
    )
    said = payout.failure_reason
    notify(PAYOUT_REFUSED, people=admins(), key=key, **values, reason=said, at=at)


def notify_payout_cancelled(*, payout: Payout, reason: str, at: datetime) -> None:
    """The recipient: the payout was taken back by somebody else."""
    people, values = [payout.recipient], _payout_values(payout)
    notify(PAYOUT_CANCELLED, people=people, key=payout.pk, **values, reason=reason, at=at)


def _payout_values(payout: Payout) -> dict[str, str]:
    return {
        "amount": money_text(payout.amount_cents, payout.currency),
        "name": payout.recipient.name,
    }


def notify_adjusted(*, adjustment: BalanceAdjustment, at: datetime) -> None:
    """The member: an admin took from their balance, or added to it (rule REF-10)."""
    if adjustment.recipient is None:
        return
    notify(
        BALANCE_TAKEN if adjustment.amount_cents < 0 else BALANCE_ADDED,
        people=[adjustment.recipient],
        key=adjustment.pk,
        amount=money_text(abs(adjustment.amount_cents)),
        reason=adjustment.note,
        at=at,
    )


def notify_flagged(*, split: PaymentSplit, by: User, reason: str, at: datetime) -> None:
    """Admins: a creator objects to what a session of theirs earned (rule ESC-4)."""
    frozen = reverse("admin:billing_paymentsplit_changelist") + "?status__exact=frozen"
    notify(
        SHARE_FLAGGED,
        people=admins(),
        key=f"{split.transaction_id}:{split.part_no}:{at.isoformat()}",
        url=frozen,
        name=by.name,
        part=split.part_no,
        course=split.transaction.course.title,
        reason=reason,
        at=at,
    )
