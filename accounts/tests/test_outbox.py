"""Mails: written with the act, sent once, retried, given up."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.db import connection, transaction

from accounts.models import Email, LocalMail, User
from accounts.notifications.kinds import mail_of
from accounts.notifications.outbox import delivery, rows
from accounts.notifications.outbox.delivery import deliver, deliver_due
from accounts.notifications.outbox.queue import queue_email
from peerloop.kit.providers import Rejected, Unavailable
from tests.cast import a_member

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def queue(sam=None, key="k", template="welcome", **context):
    sam = sam or a_member("Zoë & Søn")
    return queue_email(
        mail_of(template), to=sam.email, context=context, dedupe_key=key, user=sam, at=AT
    )


class Carrier:
    """A provider that does as told, and takes no batches."""

    most_in_batch = 1

    def __init__(self, *answers):
        self.answers = list(answers)
        self.sent = []

    def held(self):
        return nullcontext()

    def send_email(self, options):
        self.sent.append(options)
        answer = self.answers.pop(0) if self.answers else f"id-{len(self.sent)}"
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def carrier(monkeypatch):
    carrier = Carrier()
    monkeypatch.setattr(delivery, "email_provider", lambda: carrier)
    return carrier


@pytest.mark.django_db
def test_one_key_is_one_mail(carrier):
    sam = a_member()

    assert queue(sam) is not None
    assert queue(sam) is None
    deliver_due(at=AT)
    deliver_due(at=AT)

    assert len(carrier.sent) == 1
    assert Email.objects.get().status == "sent"
    assert Email.objects.get().provider_id == "id-1"


@pytest.mark.django_db
def test_a_text_is_not_escaped_and_a_page_is(carrier):
    queue(a_member("Zoë <b>& Søn"))
    deliver_due(at=AT)

    mail = carrier.sent[0]
    assert "Hello Zoë <b>& Søn," in mail.text
    assert "Welcome, Zoë &lt;b&gt;&amp; Søn" in mail.html
    assert "http://localhost:8000/courses" in mail.text
    assert mail.tags["type"] == "welcome"


@pytest.mark.django_db
def test_a_calendar_file_is_attached(carrier):
    queue(ics="BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\n")
    deliver_due(at=AT)

    [file] = carrier.sent[0].attachments
    assert (file.name, file.kind, file.content) == (
        "invite.ics",
        "text/calendar; charset=utf-8; method=PUBLISH",
        b"BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\n",
    )


@pytest.mark.django_db
def test_a_provider_that_is_away_is_asked_again_later(carrier):
    carrier.answers = [Unavailable("away"), "id-7"]
    email = queue()

    deliver(email_id=email.pk, at=AT)
    email.refresh_from_db()
    assert (email.status, email.tries, email.error) == ("queued", 1, "away")
    deliver_due(at=AT + timedelta(seconds=14))
    assert len(carrier.sent) == 1
    deliver_due(at=AT + timedelta(seconds=15))

    email.refresh_from_db()
    assert (email.status, email.provider_id, email.error) == ("sent", "id-7", "")
    assert carrier.sent[0] == carrier.sent[1]


@pytest.mark.django_db
def test_after_eight_tries_a_mail_is_given_up(carrier):
    carrier.answers = [Unavailable("away")] * 9
    queue()

    for day in range(20):
        deliver_due(at=AT + timedelta(days=day))

    assert len(carrier.sent) == 8
    assert Email.objects.get().status == "failed"


@pytest.mark.django_db
def test_a_final_no_is_not_repeated(carrier):
    carrier.answers = [Rejected("no such domain")]
    queue()

    deliver_due(at=AT)
    deliver_due(at=AT + timedelta(days=1))

    assert len(carrier.sent) == 1
    assert Email.objects.get().error == "no such domain"


@pytest.mark.django_db
def test_a_mail_that_cannot_be_written_does_not_hold_up_the_others(carrier):
    queue(key="a", template="no-such-template")
    queue(key="b")

    deliver_due(at=AT)

    assert list(Email.objects.order_by("dedupe_key").values_list("status", flat=True)) == [
        "failed",
        "sent",
    ]


@pytest.mark.django_db
def test_a_mail_in_the_hands_of_a_dead_worker_is_taken_up_again(carrier):
    email = queue()
    Email.objects.filter(pk=email.pk).update(
        status="sending", tries=1, next_try_at=AT + timedelta(minutes=5)
    )

    deliver_due(at=AT + timedelta(minutes=4))
    assert carrier.sent == []
    deliver_due(at=AT + timedelta(minutes=5))

    assert len(carrier.sent) == 1


@pytest.mark.django_db
def test_a_bounced_address_and_a_deleted_member_get_nothing(carrier):
    sam, tom = a_member(), a_member("Tom Teacher")
    queue(sam, "a")
    queue(tom, "b")
    User.objects.filter(pk=sam.pk).update(email_status="bounced")
    User.objects.filter(pk=tom.pk).update(deleted_at=AT)

    deliver_due(at=AT)

    assert carrier.sent == []
    assert set(Email.objects.values_list("status", flat=True)) == {"skipped"}


@pytest.mark.django_db(transaction=True)
def test_what_is_undone_sends_nothing_what_is_done_is_sent_after_it():
    sam = a_member()
    with transaction.atomic():
        queue(sam, "undone")
        transaction.set_rollback(True)
    with transaction.atomic():
        queue(sam, "done")
        assert LocalMail.objects.count() == 0
    deliver_due(at=AT)

    assert Email.objects.get().dedupe_key == "done"
    assert LocalMail.objects.get().subject == "Welcome to PeerLoop"


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_send_one_mail(monkeypatch):
    sam = a_member()
    carrier = Carrier()
    with transaction.atomic():
        monkeypatch.setattr(
            "accounts.notifications.outbox.delivery.enqueue", lambda *args, **kwargs: None
        )
        email = queue(sam)
    monkeypatch.setattr(delivery, "email_provider", lambda: carrier)

    def work(_: int) -> None:
        deliver(email_id=email.pk, at=AT)
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))

    assert len(carrier.sent) == 1


@pytest.mark.django_db
def test_the_local_provider_stores_a_row_and_a_file(settings, tmp_path):
    settings.MAIL_DIR = tmp_path / "mail"
    queue(a_member("Zoë & Søn"), ics="BEGIN:VCALENDAR")
    deliver_due(at=AT)

    [file] = settings.MAIL_DIR.iterdir()
    message = message_from_bytes(file.read_bytes(), policy=default)
    assert message["Subject"] == "Welcome to PeerLoop"
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    assert LocalMail.objects.get().attachments == ["invite.ics"]


@pytest.mark.django_db
def test_a_mail_folder_that_cannot_be_written_loses_nothing(settings, tmp_path):
    settings.MAIL_DIR = tmp_path / "a-file"
    settings.MAIL_DIR.write_text("in the way")
    email = queue()

    deliver_due(at=AT)
    email.refresh_from_db()
    assert (email.status, LocalMail.objects.count()) == ("queued", 0)

    settings.MAIL_DIR = tmp_path / "mail"
    deliver_due(at=AT + timedelta(minutes=1))
    email.refresh_from_db()
    assert email.status == "sent"


@pytest.mark.parametrize(
    "template",
    [
        "email-verification",
        "welcome",
        "password-reset",
        "password-changed",
        "new-sign-in",
        "creator-application-received",
        "creator-application-decision",
        "account-suspended",
    ],
)
@pytest.mark.django_db
def test_every_mail_can_be_written(carrier, template):
    context = {"seed": "s", "reason": "Because", "until": AT.isoformat(), "approved": True}
    sam = a_member(verified=template != "email-verification", timezone="Europe/Berlin")
    queue(sam, template=template, **context)
    deliver_due(at=AT)

    [mail] = carrier.sent
    assert mail.subject
    assert "{" not in mail.subject + mail.text
    assert "<h1>" in mail.html


@pytest.fixture
def enqueued(monkeypatch):
    """Tasks for later: their seconds and mails."""
    found = []
    monkeypatch.setattr(
        rows, "enqueue", lambda name, *, in_seconds, email_id: found.append((in_seconds, email_id))
    )
    return found


def slow_down(seconds=1):
    return Unavailable("too many", code="rate_limit_exceeded", retry_after=seconds)


@pytest.mark.django_db
def test_a_mail_at_the_providers_limit_is_sent_as_soon_as_it_said(carrier, enqueued):
    email = queue()
    carrier.answers = [slow_down(2)]

    deliver(email_id=email.pk, at=AT)

    assert enqueued == [(2, str(email.pk))]
    deliver(email_id=email.pk, at=AT + timedelta(seconds=2))
    email.refresh_from_db()
    assert (email.status, email.sent_at) == ("sent", AT + timedelta(seconds=2))


@pytest.mark.django_db
def test_a_limit_that_lasts_is_asked_less_often_and_gives_up_no_mail_early(carrier, enqueued):
    email = queue()
    carrier.answers = [slow_down() for _ in range(12)]
    pauses, at = [], AT
    for _ in range(12):
        deliver(email_id=email.pk, at=at)
        email.refresh_from_db()
        pauses.append(round((email.next_try_at - at).total_seconds()))
        at = email.next_try_at
    assert pauses[:8] == [1, 1, 1, 1, 1, 15, 60, 300]
    assert email.status == "queued"


@pytest.mark.django_db
def test_a_long_wait_is_left_to_the_sweep(carrier, enqueued):
    email = queue()
    carrier.answers = [slow_down(3_600)]
    deliver(email_id=email.pk, at=AT)
    email.refresh_from_db()
    assert enqueued == []
    assert email.next_try_at == AT + timedelta(hours=1)
