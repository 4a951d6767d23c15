"""The time chosen before paying: booked with the payment, or else offered anew (rule HOLD-2)."""

import logging
from datetime import datetime

from django.db import transaction

from billing.models import CheckoutSession
from billing.notifications.sending import notify_time_taken
from learning.models import Enrollment
from peerloop.kit.refusals import Refused
from scheduling.actions.booking import book_session
from scheduling.models import Session, SlotHold
from scheduling.queries.free_times import nearest_free

logger = logging.getLogger(__name__)


def book_chosen_time(
    *, checkout: CheckoutSession, enrollment: Enrollment, at: datetime
) -> Session | None:
    """Book the time of a checkout as the first session of the enrollment that it opened.

    None without a time, and where it can no longer be booked: then student and teacher are told,
    the student with the nearest free times. Whatever happens to the time, payment and enrollment
    stay as they are. To be called once, in the transaction that opens the enrollment.
    """
    teacher, start = checkout.teacher, checkout.starts_at
    if teacher is None or start is None:
        return None
    hold = SlotHold.objects.live(at).filter(
        holder=checkout.student, teacher=teacher, course=checkout.course, starts_at=start
    )
    try:
        # A savepoint: what is refused leaves nothing behind.
        with transaction.atomic():
            return book_session(
                enrollment=enrollment,
                teacher=teacher,
                start=start,
                by=checkout.student,
                chosen_at=hold.values_list("created_at", flat=True).first(),
                at=at,
            )
    except Refused as refusal:
        logger.info("the time of checkout %s can't be booked: %s", checkout.pk, refusal.code)
    minutes = checkout.course.session_minutes
    nearest = nearest_free(teacher, checkout.student, minutes=minutes, wanted=start, at=at)
    notify_time_taken(checkout=checkout, enrollment=enrollment, nearest=nearest, at=at)
    return None
