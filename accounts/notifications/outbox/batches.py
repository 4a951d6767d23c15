"""Many mails in one call, none of them twice (rule PLAT-6).

A batch is put together once and keeps its members: its idempotency key is made of them. When its
answer is lost, or its worker dies, the whole batch is sent again under the same key, and the
provider that took it already sends nothing new. A mail that was ever tried alone stays alone.
"""

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import connection, transaction
from django.db.models import F
from django.template import TemplateDoesNotExist, TemplateSyntaxError

from accounts.models import Email
from accounts.notifications.mail.composing import (
    rendered,
    templates_with_secrets,
    unwanted,
)
from accounts.notifications.mail.sources import told_by_sources
from accounts.notifications.outbox.rows import (
    LEASE,
    WAITING,
    enqueue_again,
    mark_sent,
    note,
    tell,
    try_again,
)
from accounts.notifications.providers.base import EmailOptions, EmailProvider
from peerloop.kit.ids import uuid7
from peerloop.kit.providers import Rejected, Unavailable

logger = logging.getLogger(__name__)

# What rendering may raise: a mail that can't be rendered must not hold up others.
UNWRITABLE = (TemplateDoesNotExist, TemplateSyntaxError, LookupError, ValueError, TypeError)
# The provider knows this key with other contents: the mail was accepted before.
TAKEN_BEFORE = "invalid_idempotent_request"
MOST_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many mails were in the batches, and why the provider takes no more now, if so."""

    seen: int
    refusal: Unavailable | None = None


def deliver_batches(*, provider: EmailProvider, at: datetime, most: int | None = None) -> Delivered:
    """Send waiting mails in batches, until less than two wait or ``most`` batches are sent.

    Stops when the provider is away or asks to slow down. Safe to run in any number of workers.
    """
    seen = done = 0
    while most is None or done < most:
        emails = _claim_again(at) or _claim_new(at, provider.most_in_batch)
        if not emails:
            break
        seen, done = seen + len(emails), done + 1
        refusal = _send(emails, provider, at)
        if refusal is not None:
            return Delivered(seen, refusal)
    return Delivered(seen)


@transaction.atomic
def _claim_again(at: datetime) -> list[Email]:
    """A due batch of an earlier attempt, complete and in its first order."""
    due = Email.objects.filter(WAITING, next_try_at__lte=at, batch__isnull=False)
    batches = due.order_by("batch").values_list("batch", flat=True).distinct()[:MOST_LOOKED_AT]
    for batch in batches:
        if batch is None or not _is_locked(batch):
            continue
        rows = Email.objects.filter(batch=batch).select_related("user").order_by("pk")
        emails = list(rows.select_for_update(of=("self",)))
        # Checked again under the lock: another worker may have sent it.
        if due.filter(batch=batch).exists():
            _take(emails, at)
            return emails
    return []


def _is_locked(batch: uuid.UUID) -> bool:
    """Lock the batch for this transaction: row locks alone would let two workers share one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [batch.int >> 65])
        return bool(cursor.fetchone()[0])


def _claim_new(at: datetime, size: int) -> list[Email]:
    """A new batch of the mails that wait longest; empty if less than two wait."""
    while True:
        with transaction.atomic():
            rows = Email.objects.filter(WAITING, next_try_at__lte=at, batch=None, tries=0)
            rows = rows.exclude(template__in=templates_with_secrets())
            rows = rows.exclude(context__has_key="ics").select_related("user")
            rows = rows.select_for_update(skip_locked=True, of=("self",))
            found = list(rows.order_by("next_try_at", "pk")[:size])
            declined = _skip_unwanted(found, at)
            kept = (row for row in found if row.pk not in declined)
            emails = sorted(kept, key=lambda row: row.pk)
            if len(emails) > 1:
                batch = uuid7()
                Email.objects.filter(pk__in=[email.pk for email in emails]).update(batch=batch)
                _take(emails, at)
                return emails
        if not declined:
            return []


def _skip_unwanted(emails: list[Email], at: datetime) -> set[uuid.UUID]:
    """Skip unwanted mails before they become part of a batch."""
    reasons = sorted(unwanted(emails).items(), key=lambda item: item[1])
    found = {email.pk: email for email in emails}
    for reason, group in groupby(reasons, key=lambda item: item[1]):
        Email.objects.filter(pk__in=[pk for pk, _ in group]).update(
            status=Email.Status.SKIPPED, error=reason, updated_at=at
        )
    tell([found[pk] for pk, _ in reasons], at)
    return {pk for pk, _ in reasons}


def _take(emails: list[Email], at: datetime) -> None:
    Email.objects.filter(WAITING, pk__in=[email.pk for email in emails]).update(
        status=Email.Status.SENDING, tries=F("tries") + 1, next_try_at=at + LEASE, updated_at=at
    )
    for email in emails:
        email.tries += 1


def _send(emails: list[Email], provider: EmailProvider, at: datetime) -> Unavailable | None:
    """Send a batch and record the result; the error of a provider that is unavailable."""
    ready = _written(emails, at)
    if not ready:
        return None
    mails = [email for email, _ in ready]
    try:
        ids = provider.send_batch([options for _, options in ready])
    except Unavailable as error:
        try_again(mails, at, error)
        enqueue_again(mails[0].pk, error)
        return error
    except Rejected as error:
        if error.code == TAKEN_BEFORE:
            logger.warning("a batch was sent before in other words; its mails count as sent")
            note(mails, at, status=Email.Status.SENT, sent_at=at, error=str(error))
        else:
            # One bad mail stopped all: each is sent alone.
            logger.warning("a batch of %s mails was rejected: %s", len(mails), error)
            note(mails, at, batch=None, status=Email.Status.QUEUED, next_try_at=at)
        return None
    mark_sent(mails, ids, at)
    return None


def _written(emails: list[Email], at: datetime) -> list[tuple[Email, EmailOptions]]:
    ready = []
    told = told_by_sources(emails)
    for email in emails:
        try:
            # It was wanted when the batch was made: without it the key would not match any more.
            ready.append((email, rendered(email, at=at, is_checked=True, told=told)))
        except UNWRITABLE as error:
            logger.exception("mail %s (%s) can't be written", email.pk, email.template)
            words = f"{type(error).__name__}: {error}"
            note([email], at, batch=None, status=Email.Status.FAILED, error=words)
    return ready
