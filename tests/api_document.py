"""Validates every API response of every test against the OpenAPI document."""

import gzip
import re
from functools import cache
from threading import Lock
from typing import Any

from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from tests.openapi_document import Document

PLACEHOLDER = re.compile(r"<(?:\w+:)?(\w+)>")
# Not operations of the document: the document itself, and its viewer.
UNTOLD = {"/api/v1/schema", "/api/v1/docs"}
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
# drf-spectacular loads its extensions once, and not safely from several threads.
_generating = Lock()


def document() -> Document:
    """The OpenAPI document as generated from the code; once, also for tests with threads."""
    with _generating:
        return _document()


@cache
def _document() -> Document:
    return Document(SchemaGenerator().get_schema(request=None, public=True))


def fault_of(answer: Any) -> str:
    """How the response differs from the document; empty if it does not."""
    match, method = answer.resolver_match, answer.wsgi_request.method
    if match is None or not match.route.startswith("api/") or method not in METHODS:
        return ""
    path = "/api/v1/" + PLACEHOLDER.sub(r"{\1}", match.route.removeprefix("api/")).removeprefix(
        "v1/"
    )
    if path in UNTOLD:
        return ""
    return document().fault_of(method, path, answer.status_code, body_of(answer))


def body_of(answer: Any) -> bytes:
    """The body of an answer, decompressed."""
    content: bytes = answer.content
    return gzip.decompress(content) if "Content-Encoding" in answer.headers else content


def watch_answers() -> None:
    """Make every test client raise AssertionError for an undocumented response."""
    request = Client.request

    def checked(self: Client, **environment: Any) -> Any:
        answer = request(self, **environment)
        if environment.get("PATH_INFO", "").startswith("/api/"):
            fault = fault_of(answer)
            assert not fault, fault
        return answer

    Client.request = checked  # type: ignore[method-assign]
