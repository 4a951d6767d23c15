"""Where browsers report what the content policy refused (security HDR-1).

It is the sign of an injected script, or of a fault of ours. Each report is a line of the security
log, with the route of the page and without what was typed or seen.
"""

import json
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from redis.exceptions import RedisError

from peerloop.kit.network import client_address
from peerloop.kit.refusals import Invalid, TooLarge, TooMany
from peerloop.kit.security_log import note_event
from peerloop.kit.throttles import count_in_minute

MOST_BYTES = 16 * 1024
# Of one request, of one address in a minute, of all in a minute: the log must not be flooded.
MOST_REPORTS, MOST_OF_ADDRESS, MOST_OF_ALL = 10, 20, 200
LONGEST = 60


@csrf_exempt
@require_POST
def policy_reports(request: HttpRequest) -> HttpResponse:
    """Log the reports, of both formats that browsers send. Without Redis they are dropped."""
    if len(body := request.read(MOST_BYTES + 1)) > MOST_BYTES:
        raise TooLarge
    reports = _reports_of(body)
    try:
        _count(request)
    except RedisError:
        return HttpResponse(status=204)
    for report in reports[:MOST_REPORTS]:
        note_event("policy.violated", **_described(report))
    return HttpResponse(status=204)


def _count(request: HttpRequest) -> None:
    limits = {client_address(request): MOST_OF_ADDRESS, "all": MOST_OF_ALL}
    for who, most in limits.items():
        count, remaining = count_in_minute(f"throttle:policy:{who}")
        if count > most:
            raise TooMany(retry_after=max(remaining // 1000, 1))


def _reports_of(body: bytes) -> list[dict[str, Any]]:
    """The violations of ``application/csp-report`` or ``application/reports+json``."""
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise Invalid("This report can't be read.") from None
    if isinstance(given, dict):
        given = [{"type": "csp-violation", "body": given.get("csp-report")}]
    if not isinstance(given, list):
        raise Invalid("This report can't be read.")
    found = [one for one in given if isinstance(one, dict) and one.get("type") == "csp-violation"]
    return [one["body"] for one in found if isinstance(one.get("body"), dict)]


def _described(report: dict[str, Any]) -> dict[str, str]:
    directive = report.get("effectiveDirective") or report.get("effective-directive")
    directive = directive or report.get("violated-directive")
    return {
        "directive": _word(directive),
        "blocked": _origin(report.get("blockedURL") or report.get("blocked-uri")),
        "page": _route(report.get("documentURL") or report.get("document-uri")),
    }


def _word(value: Any) -> str:
    """The first word, of plain characters: it goes into a log line."""
    first = str(value or "").partition(" ")[0][:LONGEST]
    return "".join(sign for sign in first if sign.isascii() and (sign.isalnum() or sign in "-_.:/"))


def _origin(value: Any) -> str:
    """``inline``, ``eval``, or scheme and host: the rest of an address may hold secrets."""
    try:
        parts = urlsplit(str(value or ""))
    except ValueError:
        return "unreadable"
    return _word(f"{parts.scheme}://{parts.netloc}" if parts.netloc else parts.path)


def _route(value: Any) -> str:
    """The route of the page, without ids and tokens."""
    try:
        return resolve(urlsplit(str(value or "")).path or "/").route or "/"
    except (Resolver404, ValueError):
        return "unknown"
