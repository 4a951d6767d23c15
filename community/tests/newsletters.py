"""Newsletters for tests."""

from datetime import timedelta

from accounts.notifications.outbox.delivery import deliver_due
from community.models import NewsletterSubscriber
from community.newsletters.actions import send_newsletter, subscribe, write_newsletter
from community.newsletters.actions.filling import fill_newsletter
from peerloop.kit import clock
from tests.cast import a_member

NOW = clock.now()
LATER = NOW + timedelta(minutes=2)


def a_creator(name="Clara Creator"):
    """A creator without courses."""
    return a_member(name, is_creator=True)


def a_newsletter(creator, subject="Three exercises", body="Try the **first** one.", at=NOW):
    """A draft."""
    return write_newsletter(subject=subject, body=body, by=creator, at=at)


def readers(creator, count=3, at=NOW):
    """So many members who subscribed."""
    people = [a_member(f"Reader {number}") for number in range(1, count + 1)]
    for person in people:
        subscribe(creator=creator, by=person, source="profile", at=at)
    return people


def subscription(creator, user):
    """The row of one reader."""
    return NewsletterSubscriber.objects.get(creator=creator, user=user)


def sent(newsletter, at=NOW):
    """The newsletter, after everything of it was handed to the mail provider."""
    begin(newsletter, at=at)
    deliver_due(at=at)
    newsletter.refresh_from_db()
    return newsletter


def begin(newsletter, at=NOW):
    """Begin to send it, with all its mails in the outbox."""
    send_newsletter(newsletter=newsletter, by=newsletter.creator, at=at)
    fill_newsletter(newsletter_id=newsletter.pk, at=at)
    newsletter.refresh_from_db()
    return newsletter
