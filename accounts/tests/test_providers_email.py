"""The carriers of mail: one Protocol, and what the vendor is told."""

import inspect
import json
import smtplib

import pytest
import requests
from pytest_httpserver import HTTPServer

from accounts.notifications.providers.base import (
    Attachment,
    EmailOptions,
    EmailProvider,
)
from accounts.notifications.providers.local import LocalEmail
from accounts.notifications.providers.resend import ResendEmail
from accounts.notifications.providers.smtp import SmtpEmail
from peerloop.kit.providers import Rejected, Unavailable

MAIL = EmailOptions(
    to="sam@example.com",
    sender="PeerLoop <hello@mail.peerloop.test>",
    subject="Hello",
    text="Hello Sam",
    html="<p>Hello Sam</p>",
    key="mail/1",
    tags={"type": "welcome", "id": "1"},
)


@pytest.mark.parametrize("adapter", [LocalEmail, SmtpEmail, ResendEmail])
def test_all_carriers_have_the_signatures_of_the_protocol(adapter):
    for name in ("send_email", "send_batch"):
        wanted = inspect.signature(getattr(EmailProvider, name))
        assert inspect.signature(getattr(adapter, name)) == wanted


@pytest.fixture
def vendor(settings, httpserver: HTTPServer):
    settings.RESEND_API_KEY = "re_key"
    settings.RESEND_API_URL = httpserver.url_for("").rstrip("/")
    return httpserver


def test_resend_gets_the_whole_mail_once_under_its_key(vendor):
    vendor.expect_request("/emails", method="POST").respond_with_json({"id": "re_1"})
    mail = EmailOptions(
        **{name: getattr(MAIL, name) for name in MAIL.__slots__ if name != "attachments"},
        attachments=(Attachment("invite.ics", "text/calendar", b"BEGIN"),),
    )

    assert ResendEmail().send_email(mail) == "re_1"

    [(request, _)] = vendor.log
    assert request.headers["Idempotency-Key"] == "mail/1"
    assert request.headers["Authorization"] == "Bearer re_key"
    assert json.loads(request.data) == {
        "from": "PeerLoop <hello@mail.peerloop.test>",
        "to": ["sam@example.com"],
        "subject": "Hello",
        "text": "Hello Sam",
        "html": "<p>Hello Sam</p>",
        "tags": [{"name": "type", "value": "welcome"}, {"name": "id", "value": "1"}],
        "attachments": [
            {"filename": "invite.ics", "content": "QkVHSU4=", "content_type": "text/calendar"}
        ],
    }


def test_resend_batches_keep_the_order(vendor):
    vendor.expect_request("/emails/batch", method="POST").respond_with_json(
        {"data": [{"id": "a"}, {"id": "b"}]}
    )

    assert ResendEmail().send_batch([MAIL, MAIL]) == ["a", "b"]
    assert ResendEmail().send_batch([]) == []
    with pytest.raises(Rejected):
        ResendEmail().send_batch([MAIL] * 101)


@pytest.mark.parametrize(
    ("status", "name", "kind"),
    [
        (429, "rate_limit_exceeded", Unavailable),
        (429, "daily_quota_exceeded", Unavailable),
        (500, "application_error", Unavailable),
        (503, "service_unavailable", Unavailable),
        (409, "concurrent_idempotent_requests", Unavailable),
        (403, "invalid_api_key", Unavailable),
        (409, "invalid_idempotent_request", Rejected),
        (422, "validation_error", Rejected),
        (404, "not_found", Rejected),
    ],
)
def test_resend_says_later_or_never(vendor, status, name, kind):
    body = {"statusCode": status, "name": name, "message": "words"}
    vendor.expect_request("/emails").respond_with_json(body, status=status)

    with pytest.raises(kind):
        ResendEmail().send_email(MAIL)


def test_resend_out_of_reach_is_later(settings):
    settings.RESEND_API_KEY, settings.RESEND_API_URL = "re_key", "http://127.0.0.1:9"

    with pytest.raises(Unavailable):
        ResendEmail().send_email(MAIL)


def test_resend_waits_ten_seconds_at_most(vendor, monkeypatch):
    seen = []

    def slow(*args, **kwargs):
        seen.append(kwargs["timeout"])
        raise requests.Timeout

    monkeypatch.setattr(requests, "request", slow)

    with pytest.raises(Unavailable):
        ResendEmail().send_email(MAIL)
    assert seen == [10]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (smtplib.SMTPRecipientsRefused({"sam@example.com": (550, b"no")}), Rejected),
        (smtplib.SMTPRecipientsRefused({"sam@example.com": (450, b"later")}), Unavailable),
        (smtplib.SMTPDataError(554, b"no"), Rejected),
        (smtplib.SMTPDataError(451, b"later"), Unavailable),
        (smtplib.SMTPAuthenticationError(535, b"no"), Unavailable),
        (smtplib.SMTPServerDisconnected("gone"), Unavailable),
        (ConnectionRefusedError(), Unavailable),
    ],
)
def test_smtp_says_later_or_never(monkeypatch, error, kind):
    def fail(self, *args, **kwargs):
        raise error

    monkeypatch.setattr("django.core.mail.backends.smtp.EmailBackend.open", lambda self: True)
    monkeypatch.setattr("django.core.mail.backends.smtp.EmailBackend.send_messages", fail)

    with pytest.raises(kind):
        SmtpEmail().send_email(MAIL)


def test_smtp_carries_text_and_page(monkeypatch):
    sent = []
    monkeypatch.setattr("django.core.mail.backends.smtp.EmailBackend.open", lambda self: True)
    monkeypatch.setattr(
        "django.core.mail.backends.smtp.EmailBackend.send_messages",
        lambda self, messages: sent.extend(messages) or len(messages),
    )

    assert SmtpEmail().send_email(MAIL) == "smtp-mail/1"
    assert sent[0].message().get_content_type() == "multipart/alternative"
