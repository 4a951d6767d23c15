"""Delivery of the outbox: each mail is sent once (rule PLAT-6).

The steps of a delivery: claim the row with one conditional UPDATE, render, call the provider
outside any transaction, note the result. A claim is a lease: when a worker dies with a mail in
hand, the sweep takes it up again under the same idempotency key.
"""

import logging
import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.audit.log import record
from accounts.models import Email, User
from accounts.notifications.mail.composing import NotWanted, rendered
from accounts.notifications.outbox.batches import (
    TAKEN_BEFORE,
    UNWRITABLE,
    deliver_batches,
)
from accounts.notifications.outbox.rows import (
    LEASE,
    WAITING,
    enqueue_again,
    mark_sent,
    note,
    tell,
    try_again,
)
from accounts.notifications.providers.base import EmailProvider
from peerloop.kit.providers import Rejected, Unavailable, adapter_of
from peerloop.kit.tasks import enqueue

logger = logging.getLogger(__name__)

ADAPTERS = {
    "local": "accounts.notifications.providers.local.LocalEmail",
    "smtp": "accounts.notifications.providers.smtp.SmtpEmail",
    "resend": "accounts.notifications.providers.resend.ResendEmail",
}
BATCH = 100


def email_provider() -> EmailProvider:
    """The adapter that EMAIL_PROVIDER names."""
    provider: EmailProvider = adapter_of("EMAIL_PROVIDER", ADAPTERS)
    return provider


def deliver(
    *, email_id: uuid.UUID | str, provider: EmailProvider | None = None, at: datetime
) -> None:
    """Send one mail if it is due. Safe to repeat, also concurrently."""
    provider = provider or email_provider()
    email = _claim(email_id, at)
    if email is None:
        return
    try:
        options = rendered(email, at=at)
    except NotWanted as reason:
        note([email], at, status=Email.Status.SKIPPED, error=str(reason))
        return
    except UNWRITABLE as error:
        logger.exception("mail %s (%s) can't be written", email.pk, email.template)
        note([email], at, status=Email.Status.FAILED, error=f"{type(error).__name__}: {error}")
        return
    try:
        provider_id = provider.send_email(options)
    except Unavailable as error:
        try_again([email], at, error)
        enqueue_again(email.pk, error)
    except Rejected as error:
        if error.code == TAKEN_BEFORE:
            logger.warning("mail %s was sent before in other words; it counts as sent", email.pk)
            note([email], at, status=Email.Status.SENT, sent_at=at, error=str(error))
            return
        logger.warning("mail %s was rejected", email.pk)
        note([email], at, status=Email.Status.FAILED, error=str(error))
    else:
        mark_sent([email], [provider_id], at)


def deliver_enqueued(*, email_id: uuid.UUID | str, at: datetime) -> None:
    """Send that mail and one batch of other waiting mails, for a task. Safe to repeat.

    So ten thousand hints for as many mails end after the first few hundred.
    """
    provider = email_provider()
    if provider.most_in_batch > 1:
        batches = deliver_batches(provider=provider, at=at, most=1)
        if batches.refusal is not None:
            enqueue_again(email_id, batches.refusal)
            return
    deliver(email_id=email_id, at=at)


def deliver_due(*, at: datetime) -> int:
    """Send all due mails; how many were looked at. Called by the sweep."""
    seen = 0
    provider = email_provider()
    if provider.most_in_batch > 1:
        batches = deliver_batches(provider=provider, at=at)
        seen = batches.seen
        if batches.refusal is not None:
            return seen
    while True:
        due = Email.objects.filter(WAITING, next_try_at__lte=at, batch=None)
        ids = list(due.order_by("next_try_at").values_list("pk", flat=True)[:BATCH])
        # Some servers end a connection after a hundred mails: one connection for each portion.
        with provider.held():
            for email_id in ids:
                deliver(email_id=email_id, provider=provider, at=at)
        seen += len(ids)
        if len(ids) < BATCH:
            return seen


def send_again(*, email: Email, by: User | None = None, at: datetime) -> None:
    """Queue a failed mail again. Safe to repeat."""
    with transaction.atomic():
        again = Email.objects.filter(
            pk=email.pk, status=Email.Status.FAILED, emptied_at=None
        ).update(
            # Not a first try: it is sent alone, under its own key.
            status=Email.Status.QUEUED,
            batch=None,
            tries=1,
            next_try_at=at,
            error="",
            updated_at=at,
        )
        if again:
            record(actor=by, action="email.send_again", subject=email, at=at)
            tell([email], at)
            enqueue("accounts.deliver_email", email_id=str(email.pk))


def _claim(email_id: uuid.UUID | str, at: datetime) -> Email | None:
    claimed = Email.objects.filter(WAITING, pk=email_id, next_try_at__lte=at, batch=None).update(
        status=Email.Status.SENDING, tries=F("tries") + 1, next_try_at=at + LEASE, updated_at=at
    )
    if not claimed:
        return None
    return Email.objects.select_related("user").get(pk=email_id)
