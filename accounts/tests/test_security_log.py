"""Security events leave a line each, in UTC, with ids and never with addresses (OPS-6)."""

import json
import logging
from datetime import UTC, datetime

import pytest
from django.test import Client

from accounts.incoming.inbox import process, receive
from accounts.members.actions.roles import set_role
from accounts.models import WebhookEvent
from peerloop.kit.logs import JsonFormatter
from tests.cast import PASSWORD, a_member, api, browse

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EMAIL = "sam@members.peerloop.test"


class Lines(logging.Handler):
    """Formats at once, as a log store would get it."""

    def __init__(self):
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.raw = []

    def emit(self, record):
        self.raw.append(self.format(record))

    def of(self, event):
        return [line for line in map(json.loads, self.raw) if line["event"] == event]


@pytest.fixture
def lines():
    handler, logger = Lines(), logging.getLogger("peerloop.security")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield handler
    logger.removeHandler(handler)
    logger.setLevel(before)
    for line in handler.raw:
        assert EMAIL not in line
        assert PASSWORD not in line


@pytest.fixture
def sam():
    return a_member(email=EMAIL)


def sign_in(password=PASSWORD, email=EMAIL):
    client = Client(REMOTE_ADDR="203.0.113.7", HTTP_X_REQUEST_ID="request-0001")
    return client, client.post("/login", {"email": email, "password": password})


def test_a_sign_in_on_a_page(lines, sam):
    sign_in()

    [line] = lines.of("sign_in")
    assert line["actor"] == str(sam.pk)
    assert line["address"] == "203.0.113.7"
    assert line["request_id"] == "request-0001"
    assert line["via"] == "page"
    assert line["level"] == "info"
    assert datetime.fromisoformat(line["time"]).utcoffset().total_seconds() == 0


def test_a_sign_in_of_a_program(lines, sam):
    api().post("/api/v1/auth/login", {"email": EMAIL, "password": PASSWORD}, format="json")

    assert [line["actor"] for line in lines.of("sign_in")] == [str(sam.pk)]
    assert lines.of("sign_in")[0]["via"] == "api"


@pytest.mark.parametrize("email", [EMAIL, "nobody@members.peerloop.test"])
def test_a_failed_sign_in(lines, sam, email):
    sign_in("wrong password", email)

    [line] = lines.of("sign_in.failed")
    assert line["level"] == "warning"
    assert line["address"] == "203.0.113.7"
    assert email not in json.dumps(line)


def test_a_limit_that_refuses(lines, sam, settings):
    settings.SIGN_IN_LIMITS = True
    for _ in range(11):
        sign_in("wrong password")

    [line] = lines.of("limit.refused")
    assert line["scope"] == "login"


def test_a_throttle_of_the_api_speaks_once_a_minute(lines, sam, settings):
    settings.API_THROTTLES, settings.API_READS_A_MINUTE = True, 2
    client = api(sam)
    for _ in range(5):
        client.get("/api/v1/courses")

    [line] = lines.of("limit.refused")
    assert line["scope"] == "api reads"
    assert line["actor"] == str(sam.pk)


def test_a_refresh_token_that_comes_twice(lines, sam):
    given = api().post("/api/v1/auth/login", {"email": EMAIL, "password": PASSWORD}, format="json")
    for _ in range(2):
        old = {"refreshToken": given.json()["refreshToken"]}
        api().post("/api/v1/auth/refresh", old, format="json")

    [line] = lines.of("token.reused")
    assert line["actor"] == str(sam.pk)


def test_a_role_given(lines, sam, django_capture_on_commit_callbacks):
    ada = a_member("Ada Admin", is_admin=True)

    with django_capture_on_commit_callbacks(execute=True):
        set_role(user=sam, role="is_creator", held=True, reason="asked", by=ada, at=AT)

    [line] = lines.of("act")
    assert line["action"] == "member.role"
    assert (line["actor"], line["subject_id"]) == (str(ada.pk), str(sam.pk))
    assert "asked" not in lines.raw[0]


def test_an_act_that_is_undone_is_none(lines, sam, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=False) as waiting:
        set_role(
            user=sam,
            role="is_creator",
            held=True,
            reason="asked",
            by=a_member("Ada Admin", is_admin=True),
            at=AT,
        )

    assert waiting
    assert lines.of("act") == []


@pytest.mark.parametrize("provider", ["resend", "stripe", "plugnmeet"])
def test_a_webhook_that_is_not_signed(lines, provider):
    answer = Client().post(f"/api/v1/webhooks/{provider}", {}, content_type="application/json")

    assert answer.status_code == 400
    [line] = lines.of("webhook.refused")
    assert provider in line["route"]


def test_an_event_that_could_not_be_worked(lines):
    receive(provider="nobody", event_id="e1", kind="odd", payload={}, at=AT)
    process(event_id=WebhookEvent.objects.get().pk, at=AT)

    [line] = lines.of("webhook.failed")
    assert (line["provider"], line["kind"]) == ("nobody", "odd")


def test_a_page_that_is_not_for_this_person(lines, sam):
    answer = browse(sam).post("/logout", HTTP_SEC_FETCH_SITE="cross-site")

    assert answer.status_code == 403
    [line] = lines.of("access.refused")
    assert line["method"] == "POST"


def test_one_request_leaves_nothing_to_the_next(lines, sam):
    client, _ = sign_in()
    client.get("/notifications")
    Client(REMOTE_ADDR="198.51.100.2").post("/login", {"email": EMAIL, "password": "wrong"})

    [line] = lines.of("sign_in.failed")
    assert (line["actor"], line["address"]) == ("", "198.51.100.2")
