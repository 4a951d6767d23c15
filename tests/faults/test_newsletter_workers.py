"""A newsletter to ten thousand, a worker killed in its middle: nobody gets it twice, all get it."""

import os
import signal
from collections import Counter

import pytest

from accounts.models import Email, User
from accounts.tasks import deliver_due_emails
from community.models import Newsletter, NewsletterDelivery, NewsletterSubscriber
from community.newsletters.actions import send_newsletter
from community.tests.newsletters import a_creator, a_newsletter
from development.processes import kill_session, wait_until
from peerloop.celery import app
from peerloop.kit import clock
from peerloop.kit.ids import uuid7
from peerloop.kit.invariants import differences
from tests.mail_fire import SlowProvider, serving, worker

READERS = 10_000
LONG_AGO = clock.now()


def subscribed(creator: User, count: int) -> None:
    """So many members who subscribed, in bulk."""
    people = User.objects.bulk_create(
        [
            User(
                email=f"r{number}@readers.peerloop.test",
                name=f"Reader {number}",
                handle=f"reader{number}",
                password="!",
                email_verified_at=LONG_AGO,
            )
            for number in range(count)
        ],
        batch_size=2_000,
    )
    NewsletterSubscriber.objects.bulk_create(
        [
            NewsletterSubscriber(
                pk=uuid7(), creator=creator, user=one, source="profile", subscribed_at=LONG_AGO
            )
            for one in people
        ],
        batch_size=2_000,
    )


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_ten_thousand_get_it_once_although_a_worker_is_killed() -> None:
    app.control.purge()
    creator = a_creator()
    subscribed(creator, READERS)
    newsletter = a_newsletter(creator)
    post = SlowProvider(answer_seconds=0)
    with serving(post) as url:
        workers = {key: worker(key, url, "--pool", "solo") for key in ("re_one", "re_two")}
        try:
            # In the middle: the provider took the batch, its worker never hears of it.
            post.kill_caller(READERS // 250, lambda key: os.kill(workers[key].pid, signal.SIGKILL))
            send_newsletter(newsletter=newsletter, by=creator, at=clock.now())
            assert wait_until(lambda: bool(post.killed), seconds=240)
            assert workers[post.killed].wait(5) == -signal.SIGKILL
            # Whoever had the rest of the list in hand may be the one who died.
            app.send_task("community.send_newsletters")
            in_hand = Email.objects.filter(status=Email.Status.SENDING)
            waiting = Email.objects.exclude(status=Email.Status.SENT)
            assert wait_until(
                lambda: waiting.count() == in_hand.count() > 0, seconds=240, every=0.3
            )
            # Later the lease of the dead worker ends, and the sweep runs.
            in_hand.update(next_try_at=clock.now())
            deliver_due_emails.delay()
            assert wait_until(lambda: not waiting.exists(), seconds=60)
        finally:
            for process in workers.values():
                kill_session(process.pid)
                process.wait()
    # A call for each hundred, and one again.
    assert len(post.calls) == READERS // 100 + 1
    assert len(post.sent) == READERS
    assert set(Counter(post.sent).values()) == {1}
    assert Email.objects.filter(template="newsletter").count() == READERS
    assert NewsletterDelivery.objects.values("subscriber").distinct().count() == READERS
    # One batch was sent a second time, under the key that its provider knew.
    assert max(Counter(post.keys).values()) == 2
    newsletter = Newsletter.objects.get()
    assert (newsletter.status, newsletter.recipients) == ("sent", READERS)
    assert (newsletter.sent_count, newsletter.waiting_count) == (READERS, 0)
    assert differences() == []
