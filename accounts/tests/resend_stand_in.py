"""Resend as far as we use it: checks each call against its published schema, forgets no key."""

import json
from pathlib import Path
from threading import Lock
from typing import Any

import jsonschema
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

SCHEMA = json.loads((Path(__file__).parent / "resend_schema.json").read_text())
MOST_IN_BATCH = 100
LONGEST_KEY = 256


class ResendStandIn:
    """What was sent lies in ``sent``, by our own id of the mail, as often as it was taken."""

    def __init__(self, server: HTTPServer) -> None:
        self.sent: list[str] = []
        self.calls: list[tuple[str, int]] = []
        # Answers to give instead: (status, name, headers), first come first served.
        self.refusals: list[tuple[int, str, dict[str, str]]] = []
        self.bad_addresses: set[str] = set()
        self._known: dict[str, tuple[Any, dict[str, Any]]] = {}
        self._lock = Lock()
        server.expect_request("/emails", method="POST").respond_with_handler(self._one)
        server.expect_request("/emails/batch", method="POST").respond_with_handler(self._many)

    def _one(self, request: Request) -> Response:
        return self._answer(request, "SendEmailRequest", most=1)

    def _many(self, request: Request) -> Response:
        return self._answer(request, "SendBatchRequest", most=MOST_IN_BATCH)

    def _answer(self, request: Request, shape: str, *, most: int) -> Response:
        with self._lock:
            body = request.get_json()
            mails = body if isinstance(body, list) else [body]
            self.calls.append((request.path, len(mails)))
            if self.refusals:
                return _refuse(*self.refusals.pop(0))
            key = request.headers.get("Idempotency-Key", "")
            if not request.headers.get("Authorization", "").startswith("Bearer re_"):
                return _refuse(401, "missing_api_key")
            if not 0 < len(key) <= LONGEST_KEY:
                return _refuse(400, "invalid_idempotency_key")
            if not _fits(body, shape) or not 0 < len(mails) <= most:
                return _refuse(422, "validation_error")
            if key in self._known:
                before, answer = self._known[key]
                return (
                    _json(answer) if before == body else _refuse(409, "invalid_idempotent_request")
                )
            if any(mail["to"][0] in self.bad_addresses for mail in mails):
                return _refuse(422, "validation_error")
            ids = [self._take(mail) for mail in mails]
            answer = {"data": [{"id": one} for one in ids]} if shape[4] == "B" else {"id": ids[0]}
            self._known[key] = (body, answer)
            return _json(answer)

    def _take(self, mail: dict[str, Any]) -> str:
        [ours] = [tag["value"] for tag in mail["tags"] if tag["name"] == "id"]
        self.sent.append(ours)
        return f"re-{len(self.sent)}-{ours}"


def _fits(body: Any, shape: str) -> bool:
    schema = {"$ref": f"#/$defs/{shape}", "$defs": SCHEMA["$defs"]}
    return jsonschema.Draft202012Validator(schema).is_valid(body)


def _json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps(body), status, headers, content_type="application/json")


def _refuse(status: int, name: str, headers: dict[str, str] | None = None) -> Response:
    return _json({"statusCode": status, "name": name, "message": "words"}, status, headers)
