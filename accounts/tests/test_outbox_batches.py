"""Many mails in few calls, none twice: against a stand-in that checks what it is sent."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event, Lock

import pytest
from django.db import connection, transaction
from pytest_httpserver import HTTPServer

from accounts.models import Email, User
from accounts.notifications.kinds import mail_of
from accounts.notifications.outbox import delivery, rows
from accounts.notifications.outbox.batches import deliver_batches
from accounts.notifications.outbox.delivery import (
    deliver,
    deliver_due,
    deliver_enqueued,
    send_again,
)
from accounts.notifications.outbox.queue import queue_email
from accounts.notifications.providers.resend import ResendEmail
from accounts.tests.resend_stand_in import ResendStandIn
from peerloop.kit.tasks import without_enqueueing
from tests.cast import a_member

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def resend(settings, httpserver: HTTPServer, monkeypatch):
    settings.RESEND_API_KEY = "re_key"
    settings.RESEND_API_URL = httpserver.url_for("").rstrip("/")
    monkeypatch.setattr(delivery, "email_provider", ResendEmail)
    return ResendStandIn(httpserver)


def queue(number, user=None, template="new-student", **context):
    return queue_email(
        mail_of(template),
        to=f"m{number}@example.com",
        context=context,
        dedupe_key=f"k{number}",
        user=user,
        at=AT,
    )


def queue_many(count, **context):
    with without_enqueueing(), transaction.atomic():
        return [queue(number, **context) for number in range(count)]


def statuses():
    return Counter(Email.objects.values_list("status", flat=True))


def once_each():
    return sorted(str(pk) for pk in Email.objects.values_list("pk", flat=True))


@pytest.mark.django_db
def test_waiting_mails_are_sent_a_hundred_a_call(resend):
    queue_many(230)

    assert deliver_due(at=AT) == 230

    assert resend.calls == [("/emails/batch", 100), ("/emails/batch", 100), ("/emails/batch", 30)]
    assert sorted(resend.sent) == once_each()
    for email in Email.objects.all():
        assert email.provider_id is not None
        assert email.provider_id.endswith(str(email.pk))
    assert statuses() == {"sent": 230}


@pytest.mark.django_db
def test_single_mails_and_those_with_files_or_secrets_are_not_batched(resend):
    sam = a_member(verified=False)
    queue(1, ics="BEGIN:VCALENDAR")
    queue(2, user=sam, template="email-verification", seed="s")
    queue(3)

    deliver_due(at=AT)

    assert resend.calls == [("/emails", 1)] * 3
    assert statuses() == {"sent": 3}


@pytest.mark.django_db
def test_one_bad_mail_does_not_stop_others(resend):
    queue_many(5)
    resend.bad_addresses = {"m2@example.com"}

    deliver_due(at=AT)

    assert statuses() == {"sent": 4, "failed": 1}
    assert [path for path, _ in resend.calls] == ["/emails/batch"] + ["/emails"] * 5


@pytest.mark.django_db
def test_a_mail_that_cannot_be_written_spoils_no_other(resend):
    queue_many(3)
    queue(9, template="no-such-template")

    deliver_due(at=AT)

    assert statuses() == {"sent": 3, "failed": 1}


@pytest.mark.django_db
def test_a_provider_that_says_slow_down_is_left_alone_as_long_as_it_asked(resend):
    queue_many(150)
    resend.refusals = [(429, "rate_limit_exceeded", {"Retry-After": "90"})]

    deliver_due(at=AT)
    assert len(resend.calls) == 1
    deliver_due(at=AT + timedelta(seconds=89))
    assert statuses() == {"sent": 50, "queued": 100}
    deliver_due(at=AT + timedelta(seconds=90))

    assert statuses() == {"sent": 150}
    assert sorted(resend.sent) == once_each()


@pytest.mark.django_db
def test_after_eight_tries_a_batch_is_given_up_and_can_be_sent_again(resend):
    queue_many(2)
    resend.refusals = [(503, "service_unavailable", {})] * 8
    for day in range(10):
        deliver_due(at=AT + timedelta(days=day))
    assert statuses() == {"failed": 2}
    assert len(resend.calls) == 8

    for email in Email.objects.all():
        send_again(email=email, at=AT + timedelta(days=11))
    deliver_due(at=AT + timedelta(days=11))

    assert statuses() == {"sent": 2}


@pytest.mark.django_db
def test_after_a_lost_answer_the_same_batch_is_repeated_whatever_preferences_changed(
    resend, monkeypatch
):
    sam = a_member()
    with without_enqueueing():
        queue(1, user=sam)
        queue(2)
    lose_answers(monkeypatch, [True])
    with pytest.raises(KilledError):
        deliver_due(at=AT)
    assert statuses() == {"sending": 2}
    User.objects.filter(pk=sam.pk).update(deleted_at=AT)
    with without_enqueueing():
        queue(3)

    for email in Email.objects.all()[:2]:
        deliver(email_id=email.pk, at=AT + timedelta(minutes=6))
    deliver_due(at=AT + timedelta(minutes=6))

    assert sorted(resend.sent) == once_each()
    assert statuses() == {"sent": 3}


@pytest.mark.django_db
def test_a_batch_whose_key_is_known_with_other_contents_counts_as_sent(resend, monkeypatch):
    queue_many(2)
    lose_answers(monkeypatch, [True])
    with pytest.raises(KilledError):
        deliver_due(at=AT)
    Email.objects.update(context={"course": "Another"})

    deliver_due(at=AT + timedelta(minutes=6))

    assert sorted(resend.sent) == once_each()
    assert statuses() == {"sent": 2}


@pytest.mark.django_db
def test_unwanted_mails_take_no_place(resend):
    sam = a_member()
    with without_enqueueing():
        for number in range(3):
            queue(number, user=sam)
        queue(8)
        queue(9)
    User.objects.filter(pk=sam.pk).update(deleted_at=AT)

    deliver_due(at=AT)

    assert resend.calls == [("/emails/batch", 2)]
    assert statuses() == {"skipped": 3, "sent": 2}


@pytest.mark.django_db
def test_one_task_also_sends_other_waiting_mails(resend):
    emails = queue_many(120)

    deliver_enqueued(email_id=emails[110].pk, at=AT)

    assert statuses() == {"sent": 101, "queued": 19}


@pytest.mark.django_db(transaction=True)
def test_two_workers_of_whom_one_is_killed_send_each_mail_once(resend, monkeypatch):
    queue_many(600)
    # The third call is taken by the provider, and its worker dies before it hears so.
    lose_answers(monkeypatch, [False, False, True])

    killed = in_two_workers(AT)

    assert killed == 1
    assert statuses() == {"sent": 500, "sending": 100}
    assert in_two_workers(AT + timedelta(minutes=5)) == 0
    assert statuses() == {"sent": 600}
    assert sorted(resend.sent) == once_each()
    assert len(resend.calls) == 7


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_thousand_mails_through_a_slow_provider_take_seconds(resend, monkeypatch):
    """50 ms an answer and two workers: 10,000 in 3 minutes is 1,000 in 18 seconds."""
    queue_many(1_000)
    send = ResendEmail.send_batch

    def slowly(self, mails):
        Event().wait(0.05)
        return send(self, mails)

    monkeypatch.setattr(ResendEmail, "send_batch", slowly)
    began = time.monotonic()

    in_two_workers(AT)

    assert time.monotonic() - began < 18
    assert sorted(resend.sent) == once_each()


class KilledError(BaseException):
    """What no handler catches, as little as a kill -9."""


def lose_answers(monkeypatch, plan):
    """Let the n-th call reach the provider and its answer reach nobody."""
    send, lock = ResendEmail.send_batch, Lock()

    def sent(self, mails):
        ids = send(self, mails)
        with lock:
            is_lost = plan.pop(0) if plan else False
        if is_lost:
            raise KilledError
        return ids

    monkeypatch.setattr(ResendEmail, "send_batch", sent)


def in_two_workers(at) -> int:
    """Sweep twice at once; how many of the two were killed."""

    def work(_: int) -> int:
        try:
            deliver_batches(provider=ResendEmail(), at=at)
        except KilledError:
            return 1
        finally:
            connection.close()
        return 0

    with ThreadPoolExecutor(2) as pool:
        return sum(pool.map(work, range(2)))


@pytest.mark.django_db
def test_a_mail_behind_a_batch_that_was_refused_is_sent_as_soon_as_it_said(resend, monkeypatch):
    queue_many(3)
    later = []
    monkeypatch.setattr(
        rows, "enqueue", lambda name, *, in_seconds, email_id: later.append(in_seconds)
    )
    resend.refusals = [(429, "rate_limit_exceeded", {"ratelimit-reset": "1"})]
    deliver_enqueued(email_id=Email.objects.last().pk, at=AT)
    assert set(later) == {1}
    deliver_enqueued(email_id=Email.objects.last().pk, at=AT + timedelta(seconds=1))
    assert statuses() == {"sent": 3}
