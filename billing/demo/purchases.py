"""Purchases and refunds at the local payment provider; what its events would do is done at once."""

from datetime import datetime, timedelta

from django.db.models import F

from accounts.models import User
from billing.actions.checkout import start_checkout
from billing.actions.fulfilment import PaidCheckout, fulfil_checkout
from billing.actions.papers import issue_papers
from billing.actions.refund_sending import send_refund
from billing.actions.refunds import approve_refund, cancel_enrollment
from billing.models import LocalPaymentObject
from billing.providers import payments
from billing.providers.local_page import pay
from catalog.models import Course
from learning.models import Enrollment
from peerloop.kit.demo import World

APPROVED_AFTER = timedelta(hours=20)


def buy(*, student: User, course: Course, teacher: User | None, at: datetime) -> None:
    """Check out and pay."""
    checkout = start_checkout(student=student, course=course, teacher=teacher, at=at)
    session_id = checkout.stripe_session_id or ""
    pay(session_id)
    page = payments().get_checkout_session(session_id)
    fulfil_checkout(paid=PaidCheckout.of(page), at=at)


def cancel(
    world: World, enrollment: Enrollment, *, reason: str, is_approved: bool, at: datetime
) -> None:
    """The student cancels; an admin approves the refund the next day, unless it still waits."""
    request = cancel_enrollment(enrollment=enrollment, by=enrollment.student, reason=reason, at=at)
    if request is None or not is_approved:
        return

    def send_back(moment: datetime) -> None:
        approve_refund(request=request, by=world.get(User, "admin"), at=moment)
        send_refund(request_id=request.pk, at=moment)

    world.plan(at + APPROVED_AFTER, send_back)


def settle_provider_events(world: World) -> None:
    """Let the local provider deliver none of the past's events."""
    LocalPaymentObject.objects.filter(kind="event", delivered_at=None).update(
        delivered_at=F("created_at")
    )


def issue_all_papers(world: World) -> None:
    """Receipts and credit notes of all that was paid and went back."""
    issue_papers(at=world.now)
