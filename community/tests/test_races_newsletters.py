"""Two at once, with real threads and transactions: one newsletter leaves, each reader once."""

from functools import partial

import pytest

from accounts.models import Email
from accounts.notifications.outbox.delivery import deliver_due
from community.models import Newsletter, NewsletterSubscriber
from community.newsletters.actions import (
    end_subscription,
    send_newsletter,
    stop_newsletter,
    subscribe,
)
from community.newsletters.actions.filling import fill_newsletter
from community.tests.newsletters import NOW, a_creator, a_newsletter, begin, readers, subscription
from peerloop.kit.invariants import differences
from peerloop.kit.refusals import Conflict
from tests import threads
from tests.cast import a_member

at_once = partial(threads.at_once, catching=())
pytestmark = pytest.mark.django_db(transaction=True)


def outcome(act):
    try:
        act()
    except Conflict as refusal:
        return refusal.code
    return "done"


def sending(newsletter):
    return partial(
        outcome, partial(send_newsletter, newsletter=newsletter, by=newsletter.creator, at=NOW)
    )


def test_eight_presses_send_it_once():
    clara = a_creator()
    readers(clara)
    newsletter = a_newsletter(clara)

    found = at_once([sending(newsletter)] * 8)

    assert sorted(found) == ["done", *["wrong_moment"] * 7]


def test_of_two_newsletters_one_wins():
    clara = a_creator()
    readers(clara)
    drafts = [a_newsletter(clara, f"Number {number}") for number in range(4)]

    found = at_once([sending(draft) for draft in drafts])

    assert sorted(found) == ["done", *["too_soon"] * 3]
    assert Newsletter.objects.sending().count() == 1


def test_four_workers_fill_it_and_queue_each_reader_once():
    clara = a_creator()
    readers(clara, 12)
    newsletter = a_newsletter(clara)
    send_newsletter(newsletter=newsletter, by=clara, at=NOW)

    at_once([partial(fill_newsletter, newsletter_id=newsletter.pk, at=NOW)] * 4)

    assert Email.objects.filter(template="newsletter").count() == 12
    newsletter.refresh_from_db()
    assert newsletter.recipients == 12


def test_readers_end_it_while_it_is_sent_and_stopped_without_a_deadlock():
    clara = a_creator()
    people = readers(clara, 6)
    newsletter = begin(a_newsletter(clara))
    ada = a_member("Ada Admin", is_admin=True)
    ends = [
        partial(
            end_subscription,
            subscriber=subscription(clara, person),
            newsletter_id=newsletter.pk,
            at=NOW,
        )
        for person in people
    ]
    stop = partial(stop_newsletter, newsletter=newsletter, reason="Spam", by=ada, at=NOW)

    at_once([partial(deliver_due, at=NOW), *ends, partial(outcome, stop)])
    deliver_due(at=NOW)

    newsletter.refresh_from_db()
    assert newsletter.waiting_count == 0
    assert not NewsletterSubscriber.objects.active().exists()
    assert differences() == []


def test_subscribing_at_once_makes_one_subscription():
    clara, sam = a_creator(), a_member()

    at_once([partial(subscribe, creator=clara, by=sam, source="profile", at=NOW)] * 6)

    assert NewsletterSubscriber.objects.count() == 1
