"""Resend as far as we use it: checks each call (resend_checks), forgets no key."""

import hashlib
import json
from threading import Event, Lock
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from accounts.tests.resend_checks import refusal_of


class Resend:
    """What was sent lies in ``sent``, by our own id of the mail, as often as it was taken."""

    def __init__(self, *, answer_seconds: float = 0) -> None:
        self.sent: list[str] = []
        self.calls: list[tuple[str, int]] = []
        # Answers to give instead: (status, name, headers), first come first served.
        self.refusals: list[tuple[int, str, dict[str, str]]] = []
        self.bad_addresses: set[str] = set()
        self._known: dict[str, tuple[str, dict[str, Any]]] = {}
        self._lock = Lock()
        self._answer_seconds = answer_seconds

    def answer(
        self, path: str, headers: dict[str, str], body: Any
    ) -> tuple[int, dict[str, Any], dict[str, str]]:
        """Status, body and headers of the answer to one call."""
        if self._answer_seconds:
            Event().wait(self._answer_seconds)
        with self._lock:
            return self._answer(path, headers, body)

    def _answer(
        self, path: str, headers: dict[str, str], body: Any
    ) -> tuple[int, dict[str, Any], dict[str, str]]:
        is_batch = path == "/emails/batch"
        mails = body if isinstance(body, list) else [body]
        self.calls.append((path, len(mails)))
        if self.refusals:
            return _refuse(*self.refusals.pop(0))
        refusal = refusal_of(headers, body, is_batch=is_batch)
        if refusal is not None:
            return _refuse(*refusal)
        key = headers["Idempotency-Key"]
        if key in self._known:
            before, answer = self._known[key]
            return (200, answer, {}) if before == _digest(body) else _refuse(409, TAKEN)
        if any(mail["to"][0] in self.bad_addresses for mail in mails):
            return _refuse(422, "validation_error")
        ids = [self._take(mail) for mail in mails]
        answer = {"data": [{"id": one} for one in ids]} if is_batch else {"id": ids[0]}
        self._known[key] = (_digest(body), answer)
        return 200, answer, {}

    def _take(self, mail: dict[str, Any]) -> str:
        [ours] = [tag["value"] for tag in mail["tags"] if tag["name"] == "id"]
        self.sent.append(ours)
        return f"re-{len(self.sent)}-{ours}"


TAKEN = "invalid_idempotent_request"


class ResendStandIn(Resend):
    """The same behind a test's HTTP server."""

    def __init__(self, server: HTTPServer) -> None:
        super().__init__()
        for path in ("/emails", "/emails/batch"):
            server.expect_request(path, method="POST").respond_with_handler(self._serve)

    def _serve(self, request: Request) -> Response:
        status, body, headers = self.answer(request.path, request.headers, request.get_json())
        return Response(json.dumps(body), status, headers, content_type="application/json")


def _digest(body: Any) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _refuse(
    status: int, name: str, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, Any], dict[str, str]]:
    return status, {"statusCode": status, "name": name, "message": "words"}, headers or {}
