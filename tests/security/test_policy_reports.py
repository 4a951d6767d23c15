"""Reports of browsers about what the content policy refused (security HDR-1)."""

import json
import logging

import pytest

from peerloop.kit.redis import redis_client
from tests.cast import browse

pytestmark = pytest.mark.django_db
OLD = {
    "csp-report": {
        "document-uri": "https://peerloop.example/verify-email/a-secret-token?next=/x",
        "violated-directive": "script-src 'nonce-x'",
        "blocked-uri": "https://evil.example/steal?cookie=secret",
    }
}
NEW = [
    {
        "type": "csp-violation",
        "body": {
            "documentURL": "https://peerloop.example/courses",
            "effectiveDirective": "script-src-elem",
            "blockedURL": "inline",
        },
    },
    {"type": "deprecation", "body": {}},
]


@pytest.fixture(autouse=True)
def _nothing_counted():
    for key in redis_client().scan_iter("throttle:policy:*"):
        redis_client().delete(key)


def send(given, **headers):
    body = given if isinstance(given, bytes) else json.dumps(given)
    kind = headers.pop("kind", "application/csp-report")
    return browse().post("/policy-reports", body, content_type=kind, **headers)


def lines(caplog):
    found = [r for r in caplog.records if r.name == "peerloop.security"]
    return [record.security for record in found]


def test_every_page_names_the_address_of_reports():
    answer = browse().get("/")

    assert "report-uri /policy-reports; report-to policy" in answer["Content-Security-Policy"]
    assert answer["Reporting-Endpoints"] == 'policy="/policy-reports"'


def test_a_report_becomes_a_line_without_tokens(caplog):
    with caplog.at_level(logging.INFO):
        assert send(OLD).status_code == 204

    assert lines(caplog) == [
        {
            "event": "policy.violated",
            "directive": "script-src",
            "blocked": "https://evil.example",
            "page": "verify-email/<str:token>",
        }
    ]


def test_the_newer_format_is_read_too(caplog):
    with caplog.at_level(logging.INFO):
        assert send(NEW, kind="application/reports+json").status_code == 204

    assert [(line["blocked"], line["page"]) for line in lines(caplog)] == [("inline", "courses")]


@pytest.mark.parametrize(
    "body", [b"", b"no json", b"7", b'{"csp-report": 1}', b"[1, null]", b"[" * 9_000, b"\xff"]
)
def test_what_is_no_report_is_no_error(body, caplog):
    assert send(body).status_code in (204, 400)
    assert not [line for line in lines(caplog) if line["event"] == "policy.violated"]


def test_a_line_break_in_a_report_makes_no_second_line(caplog):
    with caplog.at_level(logging.INFO):
        send({"csp-report": {"violated-directive": "a\nforged", "blocked-uri": "http://[x"}})

    assert lines(caplog)[0]["directive"] == "aforged"


def test_a_report_that_is_too_large_is_refused():
    assert send(b" " * 20_000).status_code == 413


def test_one_address_reports_so_often_and_all_together_too(caplog):
    answers = [send(OLD, REMOTE_ADDR="192.0.2.1").status_code for _ in range(21)]
    others = [send(OLD, REMOTE_ADDR=f"198.51.100.{n}").status_code for n in range(200)]

    assert answers == [204] * 20 + [429]
    assert others.count(429) == 20
