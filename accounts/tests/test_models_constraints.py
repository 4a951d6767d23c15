"""Rules that the database itself keeps: each with a row that it refuses."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import (
    AuditEntry,
    CreatorApplication,
    Email,
    EmailVerificationToken,
    Expertise,
    IdempotencyKey,
    LocalMail,
    Notification,
    PasswordResetToken,
    PlatformSetting,
    Qualification,
    RefreshToken,
    User,
    UserStats,
    WebhookEvent,
)
from tests.cast import a_member

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def refused(make) -> str:
    """The database's own words for refusing."""

    @transaction.atomic
    def attempt() -> None:
        make()
        connection.check_constraints()

    with pytest.raises(IntegrityError) as caught:
        attempt()
    return str(caught.value)


def change(row, **fields):
    return lambda: type(row).objects.filter(pk=row.pk).update(**fields)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"handle": "1abc"}, "users_handle_form"),
        ({"handle": "ab"}, "users_handle_form"),
        ({"handle": "a b c"}, "users_handle_form"),
        ({"handle": "ünicode"}, "users_handle_form"),
        ({"email": "Sam@example.com"}, "users_email_lower"),
        ({"stripe_payouts_enabled": True}, "users_payouts_need_account"),
        ({"email_status": "gone"}, "users_email_status"),
        ({"stripe_account_status": "rich"}, "users_stripe_account_status"),
    ],
)
def test_a_member_row_that_cannot_be_true(fields, constraint):
    assert constraint in refused(change(a_member(), **fields))


@pytest.mark.parametrize(
    ("field", "value", "other"),
    [
        ("email", "sam@example.com", "sam@example.com"),
        ("handle", "SamStudent", "samSTUDENT"),
        ("stripe_account_id", "acct_1", "acct_1"),
    ],
)
def test_two_members_cannot_share(field, value, other):
    a_member(**{field: value})
    tom = a_member("Tom Teacher")

    assert "unique" in refused(change(tom, **{field: other}))


@pytest.mark.parametrize("rating", ["0.9", "5.1"])
def test_a_rating_outside_one_to_five(rating):
    stats = UserStats.objects.create(user=a_member())

    assert "user_stats_rating_1_to_5" in refused(change(stats, average_rating=rating))


@pytest.mark.parametrize(
    "field",
    [
        "students_taught",
        "courses_created",
        "courses_completed",
        "sessions_completed",
        "total_reviews",
        "follower_count",
        "following_count",
    ],
)
def test_a_count_below_zero(field):
    stats = UserStats.objects.create(user=a_member())

    assert field in refused(change(stats, **{field: -1}))


def test_one_set_of_figures_a_member():
    sam = a_member()
    UserStats.objects.create(user=sam)

    assert "unique" in refused(lambda: UserStats.objects.create(user=sam))


def test_a_tag_twice_or_in_capitals():
    sam = a_member()
    Expertise.objects.create(user=sam, tag="python")

    assert "expertise_once" in refused(lambda: Expertise.objects.create(user=sam, tag="python"))
    assert "expertise_lower" in refused(lambda: Expertise.objects.create(user=sam, tag="Rust"))


def test_two_qualifications_in_one_place():
    sam = a_member()
    Qualification.objects.create(user=sam, sentence="One", position=1)

    words = refused(lambda: Qualification.objects.create(user=sam, sentence="Two", position=1))
    assert "qualification_position_once" in words


def test_two_open_applications_of_one_member():
    sam = a_member()
    CreatorApplication.objects.create(user=sam)

    words = refused(lambda: CreatorApplication.objects.create(user=sam))
    assert "creator_application_one_open" in words


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"status": "approved"}, "creator_application_decided"),
        ({"decided_at": AT}, "creator_application_decided"),
        ({"status": "maybe", "decided_at": AT}, "creator_application_"),
    ],
)
def test_an_application_decided_by_halves(fields, constraint):
    application = CreatorApplication.objects.create(user=a_member())

    assert constraint in refused(change(application, **fields))


def an_event(**fields):
    defaults = {"provider": "stripe", "event_id": "1", "kind": "x", "payload": {}}
    return WebhookEvent.objects.create(received_at=AT, **{**defaults, **fields})


def test_an_event_of_a_provider_twice():
    an_event()
    an_event(provider="resend")

    assert "webhook_event_once" in refused(an_event)


def test_unknown_words_are_refused_by_the_database():
    mail = Email.objects.create(to="a@b.example", template="x", dedupe_key="1")

    assert "webhook_event_status" in refused(change(an_event(), status="odd"))
    assert "email_status" in refused(change(mail, status="odd"))


def test_a_mail_under_a_known_key_or_provider_id():
    Email.objects.create(to="a@b.example", template="x", dedupe_key="1", provider_id="re_1")
    other = Email.objects.create(to="a@b.example", template="x", dedupe_key="2")

    assert "dedupe_key" in refused(change(other, dedupe_key="1"))
    assert "provider_id" in refused(change(other, provider_id="re_1"))


def test_a_notification_with_a_known_key():
    sam = a_member()

    def tell():
        return Notification.objects.create(user=sam, kind="system", title="x", dedupe_key="1")

    tell()
    assert "notification_once" in refused(tell)


def test_a_repeated_request_key():
    sam = a_member()

    def keep():
        return IdempotencyKey.objects.create(user=sam, key="k", path="/p", request_hash="h")

    keep()
    assert "idempotency_key_once" in refused(keep)


@pytest.mark.parametrize("tokens", [EmailVerificationToken, PasswordResetToken])
def test_two_links_of_one_secret(tokens):
    sam = a_member()

    def make():
        return tokens.objects.create(user=sam, email=sam.email, token_hash="h", expires_at=AT)

    make()
    assert "token_hash" in refused(make)


def test_two_refresh_tokens_of_one_secret():
    sam = a_member()

    def make():
        return RefreshToken.objects.create(user=sam, family=sam.pk, token_hash="h", expires_at=AT)

    make()
    assert "token_hash" in refused(make)


def test_a_setting_or_a_stored_mail_with_a_known_key():
    PlatformSetting.objects.create(key="k", value=1)
    LocalMail.objects.create(key="k", to="a@b.example", sender="x", subject="x", text="", html="")

    assert "key" in refused(lambda: PlatformSetting.objects.create(key="k", value=2))
    assert "key" in refused(
        lambda: LocalMail.objects.create(
            key="k", to="a@b.example", sender="x", subject="x", text="", html=""
        )
    )


def test_the_audit_log_can_only_grow():
    entry = AuditEntry.objects.create(action="x", object_type="y", object_id="z")

    assert "append-only" in refused(change(entry, reason="another"))
    assert "append-only" in refused(entry.delete)
    assert "append-only" in refused(lambda: AuditEntry.objects.all()._raw_delete("default"))
    assert AuditEntry.objects.get().reason == ""


def test_an_admin_named_in_the_log_cannot_be_deleted():
    ada = a_member("Ada Admin", is_admin=True)
    AuditEntry.objects.create(actor=ada, action="x", object_type="y", object_id="z")

    assert "audit_log" in refused(lambda: User.objects.filter(pk=ada.pk)._raw_delete("default"))
