"""Updates of the rows of the outbox."""

import logging
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.events import MailsChanged
from accounts.models import Email
from accounts.notifications.mail.sources import has_source
from peerloop.kit.events import announce
from peerloop.kit.providers import Unavailable
from peerloop.kit.tasks import enqueue

logger = logging.getLogger(__name__)

# A worker that died with mails in hand holds them for so long: longer than a provider's time-out
# and the writing of a batch, short enough that all is sent 90 seconds after (security DUR-4).
LEASE = timedelta(seconds=45)
PAUSES = [timedelta(seconds=s) for s in (15, 60, 300, 900, 3_600, 10_800, 28_800)]
MOST_TRIES = len(PAUSES) + 1
# So many tries are timed by the provider's answer alone: a limit is over within seconds.
OBEYED_TRIES = 5
# Longer waits are the sweep's: a worker would hold the task in memory.
LONGEST_HELD = 60
WAITING = Q(status__in=[Email.Status.QUEUED, Email.Status.SENDING])


def try_again(emails: Iterable[Email], at: datetime, error: Unavailable) -> None:
    """Schedule the next try, as the provider asked, or mark them as failed."""
    for email in emails:
        # What the provider asked to wait for is no failure of the mail.
        tries = email.tries - (OBEYED_TRIES if error.retry_after else 0)
        if tries >= MOST_TRIES:
            logger.error("mail %s given up after %s tries", email.pk, email.tries)
            note([email], at, status=Email.Status.FAILED, error=str(error))
            continue
        pause = timedelta(seconds=error.retry_after)
        if tries > 0:
            pause = max(PAUSES[tries - 1], pause)
        note([email], at, status=Email.Status.QUEUED, error=str(error), next_try_at=at + pause)


def enqueue_again(email_id: uuid.UUID | str, error: Unavailable) -> None:
    """Enqueue the next try of a mail for when the provider asked to be called again."""
    if 0 < error.retry_after <= LONGEST_HELD:
        enqueue("accounts.deliver_email", in_seconds=error.retry_after, email_id=str(email_id))


@transaction.atomic
def mark_sent(emails: list[Email], provider_ids: list[str], at: datetime) -> None:
    """Mark them as sent, with the ids of the provider."""
    for email, provider_id in zip(emails, provider_ids, strict=True):
        email.status, email.error = Email.Status.SENT, ""
        email.provider_id, email.sent_at, email.updated_at = provider_id or None, at, at
    fields = ["status", "error", "provider_id", "sent_at", "updated_at"]
    _in_hand().bulk_update(emails, fields)
    tell(emails, at)


@transaction.atomic
def note(emails: Sequence[Email], at: datetime, **values: Any) -> None:
    """Update their status and error."""
    keys = [email.pk for email in emails]
    _in_hand().filter(pk__in=keys).update(updated_at=at, **values)
    tell(emails, at)


def tell(emails: Iterable[Email], at: datetime) -> None:
    """Announce that mails have changed, where an app keeps rows of them. In a transaction."""
    ids = tuple(email.pk for email in emails if has_source(email.template))
    if ids:
        announce(MailsChanged(ids, at))


def _in_hand() -> Any:
    # Only while they are being sent: a webhook may already have set "delivered".
    return Email.objects.filter(status=Email.Status.SENDING)
