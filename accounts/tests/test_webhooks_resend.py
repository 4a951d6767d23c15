"""POST /webhooks/resend: signed events of the mail provider."""

import base64
import hmac
import json
import time
from datetime import UTC, datetime
from hashlib import sha256
from itertools import permutations

import pytest
from django.test import Client

from accounts.incoming.inbox import process_due
from accounts.models import Email, User, WebhookEvent
from peerloop.kit import clock
from tests.cast import a_member

pytestmark = pytest.mark.django_db
KEY = b"a key of many random bytes 12345"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _secret(settings):
    settings.RESEND_WEBHOOK_SECRET = SECRET


@pytest.fixture
def sam():
    return a_member(email="sam@example.com")


def signed(body: bytes, event_id="msg_1", at=None, key=KEY):
    stamp = str(int(at or time.time()))
    mac = hmac.new(key, f"{event_id}.{stamp}.".encode() + body, sha256).digest()
    return {
        "svix-id": event_id,
        "svix-timestamp": stamp,
        "svix-signature": f"v1,{base64.b64encode(mac).decode()}",
    }


def post(body: bytes, headers, root="/api"):
    return Client().post(
        f"{root}/webhooks/resend", body, content_type="application/json", headers=headers
    )


def event(kind, event_id="msg_1", **data):
    body = json.dumps({"type": kind, "created_at": "2026-03-02T09:00:00Z", "data": data}, indent=1)
    response = post(body.encode(), signed(body.encode(), event_id))
    process_due(at=clock.now())
    return response


def a_mail(sam, **fields):
    defaults = {"to": sam.email, "template": "welcome", "dedupe_key": "k", "status": "sent"}
    return Email.objects.create(user=sam, provider_id="re_1", **{**defaults, **fields})


def test_a_final_bounce_marks_the_mail_and_the_address(sam):
    mail = a_mail(sam)

    assert event("email.bounced", email_id="re_1", to=[sam.email], bounce={"type": "Permanent"})

    mail.refresh_from_db()
    sam.refresh_from_db()
    assert (mail.status, sam.email_status) == ("bounced", "bounced")


@pytest.mark.parametrize("kind", ["Transient", "Undetermined"])
def test_a_full_mailbox_does_not_mark_the_address(sam, kind):
    event("email.bounced", email_id="x", to=[sam.email], bounce={"type": kind})

    sam.refresh_from_db()
    assert sam.email_status == "ok"


def test_a_complaint_ends_marketing(sam):
    event("email.complained", email_id="x", to=["SAM@example.com"])

    sam.refresh_from_db()
    assert (sam.email_status, sam.marketing_opt_out) == ("complained", True)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (1, 0, 2)])
def test_the_order_of_arrival_does_not_matter(sam, order):
    mail = a_mail(sam)
    kinds = ["email.delivered", "email.bounced", "email.opened"]
    for number in order:
        event(kinds[number], f"msg_{number}", email_id="re_1", to=[sam.email])

    mail.refresh_from_db()
    sam.refresh_from_db()
    assert (mail.status, sam.email_status) == ("bounced", "bounced")


KINDS = ("email.delivered", "email.bounced", "email.complained", "email.failed")
ORDERS = list(permutations(range(4)))


@pytest.mark.parametrize("order", ORDERS, ids=["".join(map(str, order)) for order in ORDERS])
def test_in_any_order_and_twice_the_end_is_the_same(sam, order):
    mail = a_mail(sam)
    bounce = {"type": "Permanent"}
    for turn in range(2):
        for number in order:
            name = f"msg_{number}_{turn}"
            event(KINDS[number], name, email_id="re_1", to=[sam.email], bounce=bounce)

    mail.refresh_from_db()
    sam.refresh_from_db()
    assert mail.status == "complained"
    assert (sam.email_status, sam.marketing_opt_out) == ("bounced", True)


@pytest.mark.parametrize(
    ("reason", "status", "opted_out"),
    [("previous_bounce", "bounced", False), ("previous_complaint", "complained", True)],
)
def test_a_suppressed_mail_is_a_dead_letter_with_its_reason(sam, reason, status, opted_out):
    mail = a_mail(sam)

    event("email.suppressed", email_id="re_1", to=[sam.email], suppressed={"reason": reason})

    mail.refresh_from_db()
    sam.refresh_from_db()
    assert (mail.status, mail.error) == ("failed", "kept back by the provider")
    assert (sam.email_status, sam.marketing_opt_out) == (status, opted_out)


def test_an_event_about_a_mail_whose_answer_was_lost_ends_its_tries(sam):
    mail = a_mail(sam, status="queued")
    Email.objects.update(provider_id=None)

    event("email.bounced", email_id="re_9", to=[sam.email], tags={"id": str(mail.pk)})

    mail.refresh_from_db()
    assert mail.status == "bounced"


def test_an_event_quicker_than_the_answer_to_our_call_finds_its_mail(sam):
    mail = a_mail(sam, status="sending")
    Email.objects.update(provider_id=None)

    event("email.delivered", email_id="re_9", to=[sam.email], tags={"id": str(mail.pk)})

    mail.refresh_from_db()
    assert mail.status == "delivered"


def test_an_event_is_stored_once_at_both_urls(sam):
    body = json.dumps({"type": "email.complained", "data": {"to": [sam.email]}}).encode()
    for root in ["/api", "/api/v1", "/api"]:
        assert post(body, signed(body), root).status_code == 200

    assert WebhookEvent.objects.count() == 1


def test_a_kind_that_means_nothing_to_us_is_filed_away():
    assert event("email.clicked", email_id="x", to=["a@b.example"]).status_code == 200
    assert event("contact.created", "msg_2").status_code == 200
    assert set(WebhookEvent.objects.values_list("status", flat=True)) == {"ignored"}


BODY = b'{"type": "email.bounced", "data": {"to": ["sam@example.com"]}}'


@pytest.mark.parametrize(
    "headers",
    [
        dict,
        lambda: {**signed(BODY), "svix-signature": ""},
        lambda: {**signed(BODY), "svix-signature": "v1,AAAA"},
        lambda: {**signed(BODY), "svix-signature": "v1,ünïcode"},
        lambda: {**signed(BODY), "svix-signature": signed(BODY)["svix-signature"][3:]},
        lambda: {**signed(BODY), "svix-id": "msg_2"},
        lambda: {**signed(BODY), "svix-timestamp": "soon"},
        lambda: signed(BODY, key=b"another key"),
        lambda: signed(BODY + b" "),
        lambda: signed(BODY, at=time.time() - 400),
        lambda: signed(BODY, at=time.time() + 400),
    ],
)
def test_what_is_not_signed_by_the_provider_changes_nothing(sam, headers):
    response = post(BODY, headers())

    assert (response.status_code, response.json()["code"]) == (400, "bad_signature")
    assert not WebhookEvent.objects.exists()


def test_without_a_secret_nothing_is_let_in(settings, sam):
    settings.RESEND_WEBHOOK_SECRET = ""
    empty = signed(BODY, key=b"")

    assert post(BODY, empty).status_code == 400


def test_while_a_secret_is_rolled_both_count(settings, sam):
    settings.RESEND_WEBHOOK_SECRET = f"whsec_{base64.b64encode(b'new').decode()}, {SECRET}"

    assert post(BODY, signed(BODY)).status_code == 200
    assert post(BODY, signed(BODY, "msg_2", key=b"new")).status_code == 200


@pytest.mark.parametrize("body", [b"[]", b"x", b"", b"\xff", b'{"a": "\\u0000"}', b'{"a":1,"a":2}'])
def test_a_signed_body_that_is_no_object_is_refused(body):
    response = post(body, signed(body))

    if body:
        assert response.status_code == 400
    assert User.objects.count() == 0
