"""Reminders of sessions: planned by booking, sent by a sweep, each once (rule REM-1)."""

from collections.abc import Iterable
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
MAX_DELAY = timedelta(minutes=10)
BATCH = 100


def plan_reminders(*, session: Session, at: datetime) -> None:
    """Replace the reminders that are not sent yet by those for the session's present time.

    Times that have passed are skipped. To be called in the transaction of the change. Safe to
    repeat.
    """
    void_reminders(session=session)
    plan_first_reminders(sessions=[session], at=at)


def plan_first_reminders(*, sessions: Iterable[Session], at: datetime) -> None:
    """The reminders of sessions that were just booked: one statement. Safe to repeat."""
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
            for session in sessions
            for kind, lead in _leads_of(session).items()
            if session.scheduled_start - lead > at
            for person in (session.student, session.teacher)
        ),
        ignore_conflicts=True,
    )


def _leads_of(session: Session) -> dict[SessionReminder.Kind, timedelta]:
    """A free meeting is short and has two reminders (rule BOOK-11)."""
    left_out = {SessionReminder.Kind.QUARTER} if session.is_intro else set()
    return {kind: lead for kind, lead in LEADS.items() if kind not in left_out}


def void_reminders(*, session: Session) -> None:
    """Delete reminders that are not sent yet. Safe to repeat."""
    SessionReminder.objects.filter(session=session, sent_at=None).delete()


def send_reminders(*, at: datetime) -> int:
    """Send every reminder that is due, at most 10 minutes late; returns how many.

    Safe to repeat and to run concurrently: each row is locked, and set to sent in the transaction
    that writes notification and mail.
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
            for_start__gte=at + lead - MAX_DELAY,
            session__status__in=Session.OPEN,
        )
        .select_related("user", "session__course", "session__teacher", "session__student")
        .order_by("for_start", "pk")[:BATCH]
    )
    modules = modules_of({reminder.session_id: reminder.session for reminder in due}.values())
    for reminder in due:
        # Rescheduling deletes reminders of the old time; to be safe, none is ever sent.
        if reminder.session.scheduled_start == reminder.for_start:
            module = modules[reminder.session_id]
            notify_soon(reminder.session, reminder.user, lead=kind, module=module, at=at)
    SessionReminder.objects.filter(pk__in=[reminder.pk for reminder in due]).update(
        sent_at=at, updated_at=at
    )
    return len(due)
