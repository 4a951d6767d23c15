"""What is kept for how long (security PRI-4): by a clock, in batches, by an index."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import (
    Email,
    EmailVerificationToken,
    IdempotencyKey,
    LocalMail,
    Notification,
    PasswordResetToken,
    RateHit,
    RefreshToken,
    WebhookEvent,
)
from accounts.notifications.outbox.delivery import send_again
from accounts.privacy.actions.cleanup import clear_expired
from accounts.privacy.actions.retention import retain
from peerloop.kit import batches
from tests.cast import a_member

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def days(number: int) -> timedelta:
    return timedelta(days=number)


def a_notice(age: timedelta) -> Notification:
    return Notification.objects.create(
        user=a_member(), kind="follow", title="x", created_at=AT - age
    )


def a_mail(age: timedelta, status: str = "sent") -> Email:
    return Email.objects.create(
        to="sam@example.com",
        template="welcome",
        context={"name": "Sam"},
        dedupe_key=f"{age}{status}",
        status=status,
        created_at=AT - age,
    )


def an_event(age: timedelta, status: str = "done") -> WebhookEvent:
    return WebhookEvent.objects.create(
        provider="resend",
        event_id=f"{age}{status}",
        kind="x",
        payload={"to": "sam@example.com"},
        received_at=AT - age,
        status=status,
    )


def test_notifications_are_deleted_after_180_days():
    a_notice(days(180) + SECOND)
    young = a_notice(days(180))

    retain(at=AT)

    assert list(Notification.objects.all()) == [young]


def test_old_mails_are_blanked_but_their_rows_stay(settings):
    settings.MAIL_WORDS_DAYS = 30
    old = [a_mail(days(31), status) for status in ("sent", "bounced", "failed", "skipped")]
    waiting, young = a_mail(days(31), "queued"), a_mail(days(30))
    mail = {"to": "x@example.com", "sender": "x", "subject": "x", "text": "x", "html": "x"}
    LocalMail.objects.create(key="x", created_at=AT - days(31), **mail)

    for _ in range(2):
        retain(at=AT)

    for email in old:
        email.refresh_from_db()
        assert (email.context, email.emptied_at, email.to) == ({}, AT, "sam@example.com")
    for email in (waiting, young):
        email.refresh_from_db()
        assert email.context
    assert not LocalMail.objects.exists()
    send_again(email=old[2], at=AT)
    old[2].refresh_from_db()
    assert old[2].status == "failed"


def test_events_lose_their_payload_and_go_after_400_days(settings):
    settings.WEBHOOK_PAYLOAD_DAYS = 60
    an_event(days(400) + SECOND)
    old, young = an_event(days(61)), an_event(days(60))
    unsettled = [an_event(days(401), status) for status in ("new", "failed")]

    retain(at=AT)

    assert WebhookEvent.objects.count() == 4
    for event in (old, young, *unsettled):
        event.refresh_from_db()
    assert (old.payload, old.emptied_at) == ({}, AT)
    assert young.payload
    assert all(event.payload for event in unsettled)


def test_expired_tokens_attempts_and_keys_are_deleted():
    sam, now = a_member(), timezone.now()
    for tokens in (EmailVerificationToken, PasswordResetToken):
        for age in (days(8), days(6)):
            tokens.objects.create(
                user=sam, email=sam.email, token_hash=str(age), expires_at=now - age
            )
    for age in (days(31), days(29)):
        RefreshToken.objects.create(
            user=sam, family=sam.pk, token_hash=str(age), expires_at=now - age
        )
    for age in (days(3), days(1)):
        IdempotencyKey.objects.create(
            user=sam, key=str(age), path="x", request_hash="x", created_at=now - age
        )
    for age in (days(2), timedelta(hours=1)):
        RateHit.objects.create(scope="login", subject="x", at=now - age)

    clear_expired(at=now)

    for model in (
        *(EmailVerificationToken, PasswordResetToken),
        *(RefreshToken, IdempotencyKey, RateHit),
    ):
        assert model.objects.count() == 1, model


def test_many_rows_are_deleted_in_batches(monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(batches, "BATCH", 10)
    sam = a_member()
    Notification.objects.bulk_create(
        Notification(user=sam, kind="follow", title=str(n), created_at=AT - days(200))
        for n in range(35)
    )
    seen = []
    real = Notification.objects.filter(title="x").delete.__func__

    def delete(rows):
        seen.append(rows.count())
        return real(rows)

    monkeypatch.setattr("django.db.models.query.QuerySet.delete", delete)
    retain(at=AT)

    assert seen[:4] == [10, 10, 10, 5]
    assert not Notification.objects.exists()


@pytest.mark.parametrize(
    ("index", "rows"),
    [
        ("notification_age", lambda: Notification.objects.filter(created_at__lt=AT)),
        (
            "email_with_words",
            lambda: Email.objects.filter(emptied_at=None, created_at__lt=AT),
        ),
        (
            "webhook_with_payload",
            lambda: WebhookEvent.objects.filter(
                status__in=["done", "ignored"], emptied_at=None, received_at__lt=AT
            ),
        ),
        ("refresh_age", lambda: RefreshToken.objects.filter(expires_at__lt=AT)),
        ("verification_age", lambda: EmailVerificationToken.objects.filter(expires_at__lt=AT)),
        ("reset_age", lambda: PasswordResetToken.objects.filter(expires_at__lt=AT)),
        ("rate_age", lambda: RateHit.objects.filter(at__lt=AT)),
        ("idempotency_created", lambda: IdempotencyKey.objects.filter(created_at__lt=AT)),
    ],
    ids=[
        *("notices", "mails", "events", "refresh", "verification", "reset", "tries", "keys"),
    ],
)
def test_an_index_serves_it(index, rows):
    with connection.cursor() as cursor:
        # The tables are empty here, where a look through all of it would be cheapest.
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = rows().order_by().values("pk")[:10].explain()

    assert index in plan
