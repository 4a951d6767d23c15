"""Two workers send mails and one is killed during a batch: each mail is sent once."""

import os
import signal
from collections import Counter

import pytest
from django.db import transaction

from accounts.models import Email
from accounts.notifications.kinds import mail_of
from accounts.notifications.outbox.queue import queue_email
from accounts.tasks import deliver_due_emails
from development.processes import kill_session, wait_until
from peerloop.celery import app
from peerloop.kit import clock
from tests.mail_fire import SlowProvider, serving, worker

MAILS = 300


def queue_all(count: int) -> None:
    """Queue all mails in one transaction, so that their tasks are enqueued at commit."""
    with transaction.atomic():
        for number in range(count):
            queue_email(
                mail_of("new-student"),
                to=f"m{number}@example.com",
                context={"course": "Prompting", "student": f"Student {number}", "sessions": 3},
                dedupe_key=f"fire:{number}",
                at=clock.now(),
            )


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_each_mail_is_sent_once_although_a_worker_is_killed() -> None:
    app.control.purge()
    queue_all(MAILS)
    post = SlowProvider(answer_seconds=0.05)
    with serving(post) as url:
        workers = {key: worker(key, url, "--pool", "solo") for key in ("re_one", "re_two")}
        try:
            post.kill_caller(2, lambda key: os.kill(workers[key].pid, signal.SIGKILL))
            for _ in workers:
                # Besides the enqueued tasks, which an outage in another test may delay.
                deliver_due_emails.delay()
            assert wait_until(lambda: bool(post.killed) and len(post.sent) == MAILS, seconds=60)
            assert workers[post.killed].wait(5) == -signal.SIGKILL
            in_hand = Email.objects.filter(status=Email.Status.SENDING, tries=1)
            assert wait_until(lambda: in_hand.count() == 100, seconds=5)
            # Later the lease of the dead worker ends, and the sweep runs.
            in_hand.update(next_try_at=clock.now())
            deliver_due_emails.delay()
            waiting = Email.objects.exclude(status=Email.Status.SENT)
            assert wait_until(lambda: not waiting.exists(), seconds=20)
        finally:
            for process in workers.values():
                kill_session(process.pid)
                process.wait()
    ids = [str(pk) for pk in Email.objects.values_list("pk", flat=True)]
    assert sorted(post.sent) == sorted(ids)
    assert Counter(Counter(post.keys).values())[2] == 1
