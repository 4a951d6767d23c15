"""The mail checks of `manage.py doctor`: a finding for each state, a fix for each problem."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.audit.log import record
from accounts.models import Email
from accounts.notifications.audit_heads import mail_audit_head
from peerloop.kit import clock
from peerloop.operations.diagnosis_mail import check_mail
from tests.cast import a_member

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _set_up_right(settings):
    settings.DEBUG = False
    settings.EMAIL_PROVIDER = "resend"
    settings.BASE_URL = "https://www.peerloop.org"
    settings.DEFAULT_FROM_EMAIL = "PeerLoop <hello@mail.peerloop.org>"
    settings.RESEND_WEBHOOK_SECRET = "whsec_one, whsec_two"


def said(level=None):
    found = list(check_mail("mail"))
    assert all(one.cure for one in found if one.level != "ok")
    return " ".join(one.text for one in found if level in (None, one.level))


def test_all_is_well():
    assert said("problem") + said("warning") == ""
    assert "leaves through resend" in said()


@pytest.mark.parametrize(("debug", "level"), [(True, "ok"), (False, "problem")])
def test_local_mail_is_reported_as_not_delivered(settings, debug, level):
    settings.EMAIL_PROVIDER, settings.DEBUG = "local", debug

    assert "reaches nobody" in said(level)


@pytest.mark.parametrize(
    ("sender", "level", "words"),
    [
        ("PeerLoop <hello@mail.peerloop.test>", "problem", "nobody owns"),
        ("hello@localhost", "problem", "nobody owns"),
        ("hello", "problem", "nobody owns"),
        ("hello@elsewhere.org", "warning", "may doubt"),
        ("hello@peerloop.org", "ok", "comes from"),
    ],
)
def test_the_senders_domain(settings, sender, level, words):
    settings.DEFAULT_FROM_EMAIL = sender

    assert words in said(level)


@pytest.mark.parametrize(
    ("secret", "words"), [("", "is missing"), (" , ", "is missing"), ("abc", "whsec_")]
)
def test_the_webhooks_secret(settings, secret, words):
    settings.RESEND_WEBHOOK_SECRET = secret

    assert words in said("problem")


def test_failed_and_late_mails():
    past = clock.now() - timedelta(minutes=11)
    for number, status in enumerate(["failed", "failed", "queued", "sent"]):
        Email.objects.create(
            to="a@b.example",
            template="welcome",
            dedupe_key=str(number),
            status=status,
            next_try_at=past,
        )

    assert "2 dead letters" in said("warning")
    assert "1 mails are due" in said("problem")


def test_the_head_of_the_audit_log():
    record(actor=None, action="act", subject=a_member(), at=AT)
    assert "audit log" in said("warning")

    from django.db import connection

    connection.check_constraints()
    mail_audit_head(at=clock.now())
    assert said("warning") == ""
