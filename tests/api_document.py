"""Validates every API response of every test against the OpenAPI document."""

import gzip
import json
import re
from functools import cache
from typing import Any

import jsonschema_rs
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

PLACEHOLDER = re.compile(r"<(?:\w+:)?(\w+)>")
# Not operations of the document: the document itself, and its viewer.
UNTOLD = {"/api/v1/schema", "/api/v1/docs"}
# An error may have more fields than required, such as what is missing or the current status.
OPEN = {"ErrorAnswer"}
ERROR = {"$ref": "#/components/schemas/ErrorAnswer"}
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document as generated, with ``additionalProperties`` off: an undocumented field
    is an error like a missing one."""
    told: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    told = json.loads(json.dumps(told))
    shapes = told["components"]["schemas"]
    for name in shapes.keys() - OPEN:
        _close(shapes[name])
    return told


def _close(shape: Any) -> None:
    if isinstance(shape, dict):
        if shape.get("type") == "object" and "additionalProperties" not in shape:
            shape["additionalProperties"] = False
        for inner in shape.values():
            _close(inner)
    elif isinstance(shape, list):
        for inner in shape:
            _close(inner)


@cache
def _validator_of(shape: str) -> Any:
    return jsonschema_rs.validator_for(
        {**json.loads(shape), "components": document()["components"]}, validate_formats=True
    )


def _schema_of(path: str, method: str, status: int) -> Any:
    """The schema of a response, None if it has no body; raises KeyError if undocumented."""
    operations = document()["paths"].get(path, {})
    if path.endswith("$") or (operations and method.lower() not in operations):
        # No such URL, or no such method of it.
        return ERROR if status >= 400 else {}[status]
    content = operations[method.lower()]["responses"][str(status)].get("content")
    return content and content["application/json"]["schema"]


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
    where = f"{method} {path} -> {answer.status_code}"
    try:
        shape = _schema_of(path, method, answer.status_code)
    except KeyError as missing:
        return f"{where}: the OpenAPI document has no {missing} there"
    if shape is None:
        return f"{where}: a body where the document has none" if answer.content else ""
    errors = [
        f"{'.'.join(map(str, error.instance_path)) or 'the answer'}: {error.message[:300]}"
        for error in _validator_of(json.dumps(shape)).iter_errors(json.loads(body_of(answer)))
    ]
    return f"{where}: " + "; ".join(errors[:3]) if errors else ""


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
