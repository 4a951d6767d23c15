"""Write, change, delete and test newsletters that were not sent."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Email, User
from accounts.notifications.outbox.queue import queue_email
from community.models import Newsletter
from community.newsletters.access import require_creator
from community.newsletters.notifications import NEWSLETTER_TEST
from community.newsletters.rules import (
    NotADraft,
    TooManyTests,
    checked_words,
    require_may_send,
)
from peerloop.kit.ids import uuid7
from peerloop.kit.rows import locked

MOST_TESTS, TEST_WINDOW = 5, timedelta(minutes=10)


@transaction.atomic
def write_newsletter(*, subject: str, body: str, by: User, at: datetime) -> Newsletter:
    """Begin a draft. Not safe to repeat.

    ``subject``: 1 to 150 characters in one line, ``body``: 1 to 20,000. Raises NotACreator, and
    Invalid naming the fields.
    """
    require_creator(by)
    title, text = checked_words(subject, body, by=by, at=at)
    return Newsletter.objects.create(
        creator=by, subject=title, body=text, created_at=at, updated_at=at
    )


@transaction.atomic
def change_newsletter(
    *, newsletter: Newsletter, subject: str, body: str, at: datetime
) -> Newsletter:
    """Change a draft. Safe to repeat. Raises Invalid naming the fields, and NotADraft."""
    title, text = checked_words(subject, body, by=newsletter.creator, at=at)
    row = draft_locked(newsletter)
    row.subject, row.body = title, text
    row.save(update_fields=["subject", "body"])
    return row


@transaction.atomic
def delete_newsletter(*, newsletter: Newsletter) -> None:
    """Delete a draft; a scheduled one is cancelled first. Raises NotADraft."""
    draft_locked(newsletter).delete()


@transaction.atomic
def send_test(*, newsletter: Newsletter, by: User, at: datetime) -> None:
    """Mail it to its creator alone, as its readers would get it, five times in ten minutes.

    Raises Unverified, PostingBanned, TooManyTests.
    """
    require_may_send(by, at=at)
    # Locked, so that two presses at once are counted one after the other.
    row = locked(Newsletter.objects.all()).get(pk=newsletter.pk)
    tests = Email.objects.filter(to=by.email, template=NEWSLETTER_TEST.template)
    if tests.filter(created_at__gt=at - TEST_WINDOW).count() >= MOST_TESTS:
        raise TooManyTests
    queue_email(
        NEWSLETTER_TEST,
        to=by.email,
        context={"subject": row.subject, "body": row.body, "name": by.name},
        dedupe_key=f"newsletter-test:{uuid7()}",
        user=by,
        at=at,
    )


def draft_locked(newsletter: Newsletter) -> Newsletter:
    """The row, locked until the transaction ends; raises NotADraft."""
    row = locked(Newsletter.objects.all()).filter(pk=newsletter.pk).first()
    if row is None or not row.is_draft:
        raise NotADraft
    return row
