"""What people are told about payments and payout accounts: a notice each, and a mail (rules 25)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.notifications.kinds import mail_of
from accounts.notifications.notify import notify_in_words as notify
from accounts.notifications.outbox.queue import queue_email
from billing.models import Transaction
from learning.models import Enrollment
from peerloop.kit.formats import money_text, utc_iso


def tell_enrolled(*, payment: Transaction, enrollment: Enrollment, at: datetime) -> None:
    """Receipt and welcome to the student, the news to teacher and creator."""
    course, student, teacher = payment.course, payment.student, enrollment.teacher
    facts = {
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
    room = f"/learn/{enrollment.pk}"
    notify(
        people=[student],
        kind="enrollment",
        title=f"You are enrolled in {course.title}",
        body="Book your first session next." if teacher else "Choose a teacher and a time next.",
        url=f"{room}/book",
        dedupe_key=f"enrollment-confirmed:{enrollment.pk}",
        email="enrollment-confirmed",
        context=facts,
        at=at,
    )
    notify(
        people=[person for person in (teacher, course.creator) if person],
        kind="enrollment",
        title=f"{student.name} enrolled in {course.title}",
        body=f"{enrollment.modules_paid} sessions are paid for.",
        url="/teach/students" if teacher else f"/courses/{course.slug}",
        dedupe_key=f"new-student:{enrollment.pk}",
        email="new-student",
        context=facts,
        at=at,
    )
    _send_receipt(payment, {**facts, "url": room}, at=at)


def _send_receipt(payment: Transaction, facts: dict[str, object], *, at: datetime) -> None:
    queue_email(
        mail_of("payment-receipt"),
        to=payment.payer.email,
        context=facts,
        dedupe_key=f"payment-receipt:{payment.pk}",
        user=payment.payer,
        at=at,
    )


def tell_duplicate(*, payment: Transaction, at: datetime) -> None:
    """A second payment for the same course goes back: payer and admins hear of it (rule ENR-4)."""
    amount = money_text(payment.amount_cents, payment.currency)
    course = payment.course.title
    notify(
        people=[payment.payer],
        kind="payment",
        title=f"Your second payment of {amount} goes back to you",
        body=f"You are enrolled in {course} already. Your bank needs a few days to show it.",
        url="/learn",
        dedupe_key=f"duplicate-payment:{payment.pk}",
        at=at,
    )
    notify(
        people=_admins(),
        kind="payment",
        title=f"{course} was paid twice: {amount} goes back by itself",
        url="/admin/billing/refundrequest/",
        dedupe_key=f"duplicate-payment-admin:{payment.pk}",
        at=at,
    )


@transaction.atomic
def tell_admins_of_doubt(*, session_id: str, at: datetime) -> None:
    """Money came whose sum or currency is not what was asked: a person has to look."""
    notify(
        people=_admins(),
        kind="payment",
        title="A payment does not fit its checkout",
        body=f"Nothing was enrolled. Look at {session_id} in the payment provider's dashboard.",
        url="/admin/",
        dedupe_key=f"payment-doubt:{session_id}"[:200],
        at=at,
    )


def tell_payment_failed(*, student: User, course_title: str, slug: str, at: datetime) -> None:
    """A payment that was on its way did not arrive."""
    notify(
        people=[student],
        kind="payment",
        title=f"Your payment for {course_title} did not arrive",
        body="Nothing was charged. You can try again.",
        url=f"/courses/{slug}/enroll",
        at=at,
    )


def tell_account_changed(*, user: User, is_ready: bool, reason: str, at: datetime) -> None:
    """The payout account became usable, or stopped being so (rule OUT-9)."""
    stamp = utc_iso(at)
    if is_ready:
        notify(
            people=[user],
            kind="payout",
            title="Your payout account is ready",
            body="Earnings can be sent to you from now on.",
            url="/settings/payouts",
            dedupe_key=f"payout-account-ready:{user.stripe_account_id}:{stamp}"[:200],
            at=at,
        )
        return
    notify(
        people=[user],
        kind="payout",
        title="Your payout account needs your attention",
        body=reason[:500],
        url="/settings/payouts",
        dedupe_key=f"payout-account-action:{user.stripe_account_id}:{stamp}"[:200],
        email="payout-account-action",
        context={"reason": reason},
        at=at,
    )


def _admins() -> list[User]:
    return list(User.objects.active().filter(is_admin=True))
