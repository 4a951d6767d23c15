"""Send, schedule, retry and stop newsletters. Mails leave by the outbox, in batches (NEWS-3)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.audit.log import record
from accounts.models import Email, User
from accounts.notifications.notify import notify
from community.models import DeliveryStatus, Newsletter, NewsletterDelivery, NewsletterStatus
from community.models.newsletter import BETWEEN
from community.newsletters.actions.settling import settle_mails
from community.newsletters.notifications import HELD, STOPPED
from community.newsletters.rules import (
    NoReaders,
    checked_moment,
    reachable,
    require_may_send,
    require_new_words,
    require_quiet,
)
from peerloop.kit.refusals import Conflict, Invalid, Refused, WrongMoment
from peerloop.kit.rows import locked
from peerloop.kit.tasks import enqueue

# So long a provider surely remembers the key of a batch.
KEY_LIVES = timedelta(hours=23)
OPEN = (NewsletterStatus.DRAFT, NewsletterStatus.SCHEDULED)
RUNNING = (NewsletterStatus.SCHEDULED, NewsletterStatus.SENDING)


class NothingFailed(Conflict):
    """There is nothing to send again."""

    code = "nothing_failed"
    message = "Nothing of this newsletter failed, so there is nothing to send again."


@transaction.atomic
def send_newsletter(*, newsletter: Newsletter, by: User, at: datetime) -> Newsletter:
    """Begin to send a draft or a scheduled newsletter to all who can be reached (rule NEWS-1).

    A second call, also in the same moment, is refused. Raises Unverified, PostingBanned,
    WrongMoment, NoReaders, TooSoon, SentBefore.
    """
    require_may_send(by, at=at)
    row = _locked(newsletter)
    _require_open(row)
    _begin(row, at)
    return row


@transaction.atomic
def schedule_newsletter(
    *, newsletter: Newsletter, send_at: datetime, by: User, at: datetime
) -> Newsletter:
    """Let a draft be sent at ``send_at`` (UTC), or move a scheduled one. Safe to repeat.

    Raises Unverified, PostingBanned, Invalid naming ``send_at``, WrongMoment, TooSoon, SentBefore.
    """
    require_may_send(by, at=at)
    moment = checked_moment(send_at, at=at)
    row = _locked(newsletter)
    _require_open(row)
    require_quiet(row, send_at=moment)
    require_new_words(row, at=moment)
    row.status = NewsletterStatus.SCHEDULED
    row.send_at, row.quiet_until = moment, moment + BETWEEN
    row.save(update_fields=["status", "send_at", "quiet_until"])
    return row


@transaction.atomic
def unschedule_newsletter(*, newsletter: Newsletter) -> Newsletter:
    """Make a scheduled newsletter a draft again. Safe to repeat. Raises WrongMoment once begun."""
    row = _locked(newsletter)
    _require_open(row)
    if row.status == NewsletterStatus.SCHEDULED:
        _to_draft(row)
    return row


@transaction.atomic
def begin_scheduled(*, newsletter_id: UUID, at: datetime) -> None:
    """Begin to send a newsletter whose time has come. Safe to repeat.

    If its creator may not send any more, or nobody would get it, it becomes a draft again and the
    creator is told why.
    """
    found = Newsletter.objects.due(at).filter(pk=newsletter_id).first()
    if found is None:
        return
    row = _locked(found)
    if row.status != NewsletterStatus.SCHEDULED:
        return
    try:
        require_may_send(row.creator, at=at)
        _begin(row, at)
    except Refused as refusal:
        _to_draft(row)
        notify(
            HELD,
            people=[row.creator],
            key=f"{row.pk}:{at.isoformat()}",
            to=[row.pk],
            subject=row.subject,
            reason=refusal.message,
            at=at,
        )


@transaction.atomic
def retry_failed(*, newsletter: Newsletter, by: User, at: datetime) -> Newsletter:
    """Send again what failed, to who can still be reached. Raises NothingFailed, WrongMoment.

    A batch of which all failed is sent again as it was, under its key, while its provider knows
    that: had it been taken without an answer, nothing leaves twice. The others go alone.
    """
    require_may_send(by, at=at)
    ids = _failed_mails(newsletter)
    row = _locked(newsletter)
    if row.status not in (NewsletterStatus.SENT, NewsletterStatus.FAILED):
        raise WrongMoment(f"This newsletter is {row.state.word.lower()}.", status_now=row.status)
    if not ids:
        raise NothingFailed
    kept = _whole_batches(ids) if at < (row.send_at or at) + KEY_LIVES else set()
    again = {"status": Email.Status.QUEUED, "tries": 1, "next_try_at": at, "updated_at": at}
    Email.objects.filter(pk__in=ids - kept).update(**again, batch=None, error="")
    Email.objects.filter(pk__in=kept).update(**again, error="")
    row.transition_to(NewsletterStatus.SENDING)
    row.sent_at = None
    row.save(update_fields=["status", "sent_at"])
    settle_mails(email_ids=ids, at=at)
    enqueue("accounts.deliver_due_emails")
    return row


def _failed_mails(newsletter: Newsletter) -> set[UUID]:
    """Mails that failed, to who can still be reached; locked before the newsletter, as always."""
    failed = NewsletterDelivery.objects.filter(
        newsletter=newsletter,
        status=DeliveryStatus.FAILED,
        subscriber__in=reachable(newsletter.creator),
    )
    rows = Email.objects.filter(
        pk__in=failed.values("email"), status=Email.Status.FAILED, emptied_at=None
    )
    return set(rows.select_for_update().order_by("pk").values_list("pk", flat=True))


def _whole_batches(ids: set[UUID]) -> set[UUID]:
    """Those mails whose batch is to be sent again with all its members."""
    batches = Email.objects.filter(pk__in=ids, batch__isnull=False).values("batch")
    members: dict[UUID | None, set[UUID]] = {}
    for pk, batch in Email.objects.filter(batch__in=batches).values_list("pk", "batch"):
        members.setdefault(batch, set()).add(pk)
    return {pk for batch in members.values() if batch <= ids for pk in batch}


@transaction.atomic
def stop_newsletter(
    *, newsletter: Newsletter, reason: str, by: User | None = None, at: datetime
) -> None:
    """Stop a scheduled newsletter, or one that is being sent: what has not left stays here.

    The outbox asks before each new batch, so at most a batch that is on its way still leaves. The
    creator is told the reason. Raises Invalid naming ``reason``, WrongMoment.
    """
    if not reason.strip():
        raise Invalid.field("reason", "Say why; the creator reads it.")
    row = _locked(newsletter)
    if row.status not in RUNNING:
        raise WrongMoment(f"This newsletter is {row.state.word.lower()}.", status_now=row.status)
    row.transition_to(NewsletterStatus.STOPPED)
    row.sent_at, row.stopped_because = at, reason.strip()[:2_000]
    row.save(update_fields=["status", "sent_at", "stopped_because"])
    enqueue("accounts.deliver_due_emails")
    record(actor=by, action="newsletter.stop", subject=row, reason=row.stopped_because, at=at)
    notify(
        STOPPED,
        people=[row.creator],
        key=row.pk,
        to=[row.pk],
        subject=row.subject,
        reason=row.stopped_because,
        at=at,
    )


def stop_newsletters_of(*, user_id: UUID, reason: str, at: datetime) -> None:
    """Stop all newsletters of a creator who left or was suspended. Safe to repeat."""
    running: Iterable[Newsletter] = Newsletter.objects.filter(creator=user_id, status__in=RUNNING)
    for row in list(running):
        stop_newsletter(newsletter=row, reason=reason, at=at)


def _begin(row: Newsletter, at: datetime) -> None:
    """Its caller holds the locks."""
    if not reachable(row.creator).exists():
        raise NoReaders
    require_quiet(row, send_at=at)
    require_new_words(row, at=at)
    row.transition_to(NewsletterStatus.SENDING)
    row.send_at, row.quiet_until = at, at + BETWEEN
    row.save(update_fields=["status", "send_at", "quiet_until"])
    enqueue("community.send_newsletter", newsletter_id=str(row.pk))


def _to_draft(row: Newsletter) -> None:
    row.transition_to(NewsletterStatus.DRAFT)
    row.send_at = row.quiet_until = None
    row.save(update_fields=["status", "send_at", "quiet_until"])


def _require_open(row: Newsletter) -> None:
    if row.status not in OPEN:
        words = "is being sent" if row.status == NewsletterStatus.SENDING else "was sent"
        if row.status == NewsletterStatus.STOPPED:
            words = "was stopped"
        raise WrongMoment(f"This newsletter {words} already.", status_now=row.status)


def _locked(newsletter: Newsletter) -> Newsletter:
    """The row under lock, after its creator: so two newsletters can't begin in one moment."""
    creator = User.objects.select_for_update(no_key=True).get(pk=newsletter.creator_id)
    row = locked(Newsletter.objects.all()).filter(pk=newsletter.pk).first()
    if row is None:
        raise WrongMoment("This newsletter was deleted.", status_now="deleted")
    row.creator = creator
    return row
