"""No name, subject or file can add a header (security OUT-2); SMTP keeps its connection."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

import pytest

from accounts.models import Email, LocalMail
from accounts.notifications.kinds import mail_of
from accounts.notifications.mail.preview import preview_with, sample_context, templates
from accounts.notifications.outbox import delivery
from accounts.notifications.outbox.delivery import deliver_due
from accounts.notifications.outbox.queue import queue_email
from accounts.notifications.providers.base import Attachment, EmailOptions
from accounts.notifications.providers.local import LocalEmail
from accounts.notifications.providers.message import as_message
from accounts.notifications.providers.resend import ResendEmail
from accounts.notifications.providers.smtp import SmtpEmail
from accounts.tests.resend_checks import is_good, refusal_of
from accounts.tests.resend_stand_in import ResendStandIn
from accounts.tests.smtp_server import mail_server
from peerloop.kit.headers import calendar_type
from tests.cast import a_member

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EVIL = "Sam\r\nBcc: victim@example.com\r\n\r\n<b>spam</b>\u2028X: y\x0bZ: y"
MAIL = EmailOptions(
    to="sam@example.com",
    sender="PeerLoop <hello@mail.peerloop.test>",
    subject="Hello",
    text="Hello Sam",
    html="<p>Hello Sam</p>",
    key="mail/1",
    tags={"type": "welcome", "id": "1"},
)
BREAKS = ["\r\n", "\n", "\r", "\x00", "\x0b", "\x0c", "\x1f", "\x7f", "\x85", "\u2028", "\u2029"]
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT")
PLACES = {
    "to": lambda bad: {"to": f"sam@example.com{bad}Bcc: x@example.com"},
    "sender": lambda bad: {"sender": f"Peer{bad}Loop <hello@example.com>"},
    "subject": lambda bad: {"subject": f"Hello{bad}Bcc: x@example.com"},
    "key": lambda bad: {"key": f"mail{bad}X: y"},
    "tag": lambda bad: {"tags": {"type": f"a{bad}b"}},
    "tag name": lambda bad: {"tags": {f"a{bad}b": "c"}},
    "header": lambda bad: {"headers": {"X-Own": f"a{bad}b"}},
    "header name": lambda bad: {"headers": {f"X-Own{bad}Bcc": "b"}},
    "file": lambda bad: {"attachments": (Attachment(f"a{bad}.ics", "text/calendar", b"x"),)},
    "file kind": lambda bad: {"attachments": (Attachment("a.ics", f"text/x{bad}", b"x"),)},
}


@pytest.mark.parametrize("bad", BREAKS, ids=[ascii(bad) for bad in BREAKS])
@pytest.mark.parametrize("place", PLACES)
def test_no_mail_can_be_made_whose_header_is_two(place, bad):
    with pytest.raises(ValueError, match="header"):
        replace(MAIL, **PLACES[place](bad))


@pytest.mark.parametrize("length", [40, 200, 800])
def test_a_long_link_to_unsubscribe_stays_readable_in_a_file(length):
    link = f"<https://peerloop.test/mail/unsubscribe/{'a' * length}>"
    mail = replace(MAIL, subject="Đorđe " * 20, headers={"List-Unsubscribe": link})

    for end in ("\n", "\r\n"):
        raw = as_message(mail).message().as_bytes(linesep=end)
        [line] = re.findall(rb"^List-Unsubscribe:\s+(\S+)\r?$", raw, re.MULTILINE)
        assert line.decode() == link


@pytest.mark.parametrize("method", ["PUBLISH", "CANCEL"])
def test_a_calendar_in_a_mail_has_method_and_charset(method):
    ics = f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nSUMMARY:Đorđe\r\nEND:VCALENDAR\r\n"
    file = Attachment("invite.ics", calendar_type(ics), ics.encode())

    message = message_from_bytes(
        as_message(replace(MAIL, attachments=(file,))).message().as_bytes()
    )

    [part] = [part for part in message.walk() if part.get_filename() == "invite.ics"]
    assert part.get_content_type() == "text/calendar"
    assert (part.get_param("method"), part.get_content_charset()) == (method, "utf-8")
    assert part.get_payload(decode=True).decode() == ics


@pytest.mark.django_db
def test_the_mail_of_a_cancelled_session_carries_its_method():
    context = sample_context("session-cancelled") | {"ics": "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\n"}
    [file] = preview_with("session-cancelled", context).attachments

    assert file.kind == "text/calendar; charset=utf-8; method=CANCEL"


@pytest.mark.parametrize("name", ["", "X Own", "X:Own", "Ünï", "X" * 77])
def test_a_header_needs_a_proper_name(name):
    with pytest.raises(ValueError, match="proper name"):
        replace(MAIL, headers={name: "x"})


@pytest.fixture(params=["local", "smtp", "resend"])
def carrier(request, settings, monkeypatch, httpserver):
    """Each carrier, and how to read the headers of what it carried."""
    if request.param == "local":
        monkeypatch.setattr(delivery, "email_provider", LocalEmail)
        yield lambda: [{"Subject": mail.subject, "To": mail.to} for mail in LocalMail.objects.all()]
    elif request.param == "resend":
        settings.RESEND_API_KEY = "re_key"
        settings.RESEND_API_URL = httpserver.url_for("").rstrip("/")
        ResendStandIn(httpserver)
        monkeypatch.setattr(delivery, "email_provider", ResendEmail)
        yield lambda: [
            {"Subject": call.get_json()["subject"], "To": call.get_json()["to"][0]}
            for call, _ in httpserver.log
        ]
    else:
        monkeypatch.setattr(delivery, "email_provider", SmtpEmail)
        with mail_server() as server:
            settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
            settings.EMAIL_USE_TLS = False
            yield lambda: [message_from_bytes(mail) for mail in server.mails]


@pytest.mark.django_db
def test_a_name_with_line_breaks_stays_in_its_header(carrier):
    sam = a_member(email="sam@example.com")
    sam.name = EVIL
    sam.save()
    full = sample_context("session-booked")
    words = dict.fromkeys(full, EVIL) | {"url": "/", "ics": ""}
    queue_email(
        mail_of("session-booked"), to=sam.email, context=words, dedupe_key="k", user=sam, at=AT
    )

    deliver_due(at=AT)

    assert Email.objects.get().status == "sent"
    [mail] = carrier()
    assert mail["To"] == "sam@example.com"
    assert "\n" not in mail["Subject"].replace("\n ", " ")
    assert mail.get("Bcc") is None
    assert mail.get("X") is None


@pytest.mark.parametrize("template", templates())
def test_no_subject_takes_a_line_break(template):
    full = sample_context(template)
    evil = {name: EVIL if isinstance(value, str) else value for name, value in full.items()}
    # Instants are ours and no words of people.
    kept = {name: value for name, value in full.items() if INSTANT.match(str(value))}

    # Making the mail would raise.
    assert "\n" not in preview_with(template, evil | kept).subject


@pytest.mark.django_db
def test_smtp_sends_many_mails_over_one_connection(settings, monkeypatch):
    monkeypatch.setattr(delivery, "email_provider", SmtpEmail)
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "127.0.0.1", False
    for number in range(7):
        queue_email(
            mail_of("welcome"),
            to=f"m{number}@example.com",
            context={},
            dedupe_key=f"k{number}",
            at=AT,
        )
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        deliver_due(at=AT)
        assert (len(server.mails), server.connections) == (7, 1)
        SmtpEmail().send_batch([MAIL, MAIL])
        assert (len(server.mails), server.connections) == (9, 2)


@pytest.mark.django_db
def test_smtp_takes_a_new_connection_after_a_broken_one(settings, monkeypatch):
    monkeypatch.setattr(delivery, "email_provider", SmtpEmail)
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "127.0.0.1", False
    for number in range(5):
        queue_email(
            mail_of("welcome"),
            to=f"m{number}@example.com",
            context={},
            dedupe_key=f"k{number}",
            at=AT,
        )
    with mail_server() as server:
        settings.EMAIL_PORT, server.hang_up_after = server.port, 2
        deliver_due(at=AT)
        assert len(server.mails) == 4
        deliver_due(at=AT + timedelta(minutes=1))
        assert len(server.mails) == 5
    assert set(Email.objects.values_list("status", flat=True)) == {"sent"}


GOOD = {
    "from": "PeerLoop <hello@mail.peerloop.test>",
    "to": ["sam@example.com"],
    "subject": "Hello",
    "text": "Hello",
    "tags": [{"name": "type", "value": "welcome"}],
    "headers": {"List-Unsubscribe": "<https://peerloop.test/x>"},
    "attachments": [{"filename": "invite.ics", "content": "QkVHSU4="}],
}
HEADERS = {
    "Authorization": "Bearer re_key",
    "Content-Type": "application/json",
    "User-Agent": "resend-python",
    "Idempotency-Key": "mail/1",
}


def test_the_stand_in_takes_a_good_mail():
    plain = {name: value for name, value in GOOD.items() if name != "attachments"}
    assert refusal_of(HEADERS, GOOD, is_batch=False) is None
    assert refusal_of(HEADERS, [plain] * 100, is_batch=True) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"from": "PeerLoop"},
        {"to": []},
        {"to": ["a@example.com"] * 51},
        {"to": ["Sam"]},
        {"to": ["a@example.com\nBcc: b@example.com"]},
        {"subject": " "},
        {"subject": "a\nb"},
        {"text": ""},
        {"replyTo": "a@example.com"},
        {"tags": [{"name": "type", "value": "wel come"}]},
        {"tags": [{"name": "type", "value": "wélcome"}]},
        {"tags": [{"name": "a", "value": "b"}, {"name": "a", "value": "c"}]},
        {"headers": {"X Y": "z"}},
        {"headers": {"Bcc": "a@example.com"}},
        {"headers": {"X-Y": "a\r\nb"}},
        {"attachments": [{"filename": "a.ics", "content": "not base64!"}]},
        {"attachments": [{"filename": "../a.ics", "content": "QkVHSU4="}]},
        {"attachments": [{"filename": "", "content": "QkVHSU4="}]},
    ],
    ids=range(18),
)
def test_the_stand_in_refuses_what_resend_refuses(changes):
    assert refusal_of(HEADERS, GOOD | changes, is_batch=False) == (422, "validation_error")


def test_the_stand_in_keeps_the_limits_of_a_batch():
    plain = {name: value for name, value in GOOD.items() if name != "attachments"}
    assert is_good(GOOD)
    for batch in ([], [plain] * 101, [GOOD], [plain | {"scheduled_at": "tomorrow"}]):
        assert refusal_of(HEADERS, batch, is_batch=True) == (422, "validation_error")


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("Authorization", "Bearer sk_key", 401),
        ("Content-Type", "text/plain", 415),
        ("User-Agent", "", 403),
        ("Idempotency-Key", "", 400),
        ("Idempotency-Key", "x" * 257, 400),
    ],
    ids=range(5),
)
def test_the_stand_in_looks_at_the_headers(name, value, status):
    assert refusal_of(HEADERS | {name: value}, GOOD, is_batch=False)[0] == status
