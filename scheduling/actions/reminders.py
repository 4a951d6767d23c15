"""Reminders: planned with the booking, sent by a sweep, each once (rule REM-1)."""

from datetime import datetime, timedelta

from django.db import transaction

from scheduling.models import Session, SessionReminder
from scheduling.notifications import notify_soon
from scheduling.queries.modules import modules_of

LEADS = {
    SessionReminder.Kind.DAY: timedelta(hours=24),
    SessionReminder.Kind.HOUR: timedelta(hours=1),
    SessionReminder.Kind.QUARTER: timedelta(minutes=15),
}
LATEST = timedelta(minutes=10)
BATCH = 100


def plan_reminders(*, session: Session, at: datetime) -> None:
    """Write down the reminders of a session as it stands: marks already past are left out.

    What was planned for another time and not yet sent is void. Safe to repeat. Call it inside the
    act's transaction.
    """
    void_reminders(session=session)
    SessionReminder.objects.bulk_create(
        (
            SessionReminder(
                session=session,
                user=person,
                kind=kind,
                for_start=session.scheduled_start,
                created_at=at,
                updated_at=at,
            )
            for kind, lead in LEADS.items()
            if session.scheduled_start - lead > at
            for person in (session.student, session.teacher)
        ),
        ignore_conflicts=True,
    )


def void_reminders(*, session: Session) -> None:
    """Drop what was planned and not sent: the session was moved or cancelled. Safe to repeat."""
    SessionReminder.objects.filter(session=session, sent_at=None).delete()


def send_reminders(*, at: datetime) -> int:
    """Send every reminder that is due, up to 10 minutes late; later ones are dropped.

    How many were sent. Safe to repeat and to run twice at once: a row is claimed under lock and
    marked in the transaction that writes the notice and the mail.
    """
    sent = 0
    for kind, lead in LEADS.items():
        while count := _send_batch(kind, lead, at):
            sent += count
    return sent


@transaction.atomic
def _send_batch(kind: str, lead: timedelta, at: datetime) -> int:
    due = list(
        SessionReminder.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .filter(
            kind=kind,
            sent_at=None,
            for_start__lte=at + lead,
            for_start__gte=at + lead - LATEST,
            session__status__in=Session.OPEN,
        )
        .select_related("user", "session__course", "session__teacher", "session__student")
        .order_by("for_start", "pk")[:BATCH]
    )
    modules = modules_of({reminder.session_id: reminder.session for reminder in due}.values())
    for reminder in due:
        # A row for a time that the session no longer has would lie. Moving voids it, anyway.
        if reminder.session.scheduled_start == reminder.for_start:
            module = modules[reminder.session_id]
            notify_soon(reminder.session, reminder.user, lead=kind, module=module, at=at)
    SessionReminder.objects.filter(pk__in=[reminder.pk for reminder in due]).update(
        sent_at=at, updated_at=at
    )
    return len(due)
