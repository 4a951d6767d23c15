"""Asking again how a session was: once, three days after it (rules 25, feedback-reminder)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from scheduling.models import Session, SessionAssessment, SessionReminder
from scheduling.notifications import notify_to_rate

AFTER = timedelta(days=3)
# What a long outage missed is let be: nobody remembers.
NOT_AFTER = timedelta(days=10)
BATCH = 100


def ask_to_rate(*, at: datetime) -> int:
    """Remind students who have not rated a session within three days; how many were asked.

    Safe to repeat and to run twice at once: the row of the reminder is written with the notice and
    the mail, and is there once.
    """
    asked = 0
    while count := _ask_batch(at):
        asked += count
    return asked


@transaction.atomic
def _ask_batch(at: datetime) -> int:
    rated = SessionAssessment.objects.filter(session=OuterRef("pk"), assessor=OuterRef("student"))
    reminded = SessionReminder.objects.filter(
        session=OuterRef("pk"), kind=SessionReminder.Kind.TO_RATE
    )
    sessions = list(
        Session.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .filter(
            ~Exists(rated),
            ~Exists(reminded),
            status=Session.Status.COMPLETED,
            ended_at__lte=at - AFTER,
            ended_at__gt=at - NOT_AFTER,
        )
        .exclude(student=F("teacher"))
        .select_related("course", "teacher", "student", "module")
        .order_by("ended_at", "pk")[:BATCH]
    )
    SessionReminder.objects.bulk_create(
        SessionReminder(
            session=session,
            user=session.student,
            kind=SessionReminder.Kind.TO_RATE,
            for_start=session.scheduled_start,
            sent_at=at,
            created_at=at,
            updated_at=at,
        )
        for session in sessions
    )
    for session in sessions:
        notify_to_rate(session, at=at)
    return len(sessions)
