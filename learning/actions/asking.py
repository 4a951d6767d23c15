"""Remind students, once, to review what they completed (rules 25, feedback-reminder)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from learning.models import Enrollment, Review
from learning.notifications_reviews import notify_to_review

REMIND_AFTER = timedelta(days=3)
# After a long outage nobody is reminded of what they have forgotten.
REMIND_BEFORE = timedelta(days=10)
BATCH = 100


def ask_for_reviews(*, at: datetime) -> int:
    """Remind students of courses that they completed three days ago and did not review.

    Returns how many. Safe to repeat and to run concurrently: that somebody was asked stands in the
    enrollment, in one transaction with notification and mail.
    """
    asked = 0
    while count := _ask_batch(at):
        asked += count
    return asked


@transaction.atomic
def _ask_batch(at: datetime) -> int:
    rows = (
        Enrollment.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .filter(
            ~Exists(Review.objects.filter(enrollment=OuterRef("pk"))),
            status=Enrollment.Status.COMPLETED,
            review_asked_at=None,
            completed_at__lte=at - REMIND_AFTER,
            completed_at__gt=at - REMIND_BEFORE,
        )
        .select_related("student", "teacher", "course")
        .defer("course__search")
        .order_by("completed_at", "pk")[:BATCH]
    )
    enrollments = list(rows)
    for enrollment in enrollments:
        notify_to_review(enrollment, at=at)
    keys = [enrollment.pk for enrollment in enrollments]
    Enrollment.objects.filter(pk__in=keys).update(review_asked_at=at, updated_at=at)
    return len(enrollments)
