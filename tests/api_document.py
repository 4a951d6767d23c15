"""Every answer of the API in every test is held against the OpenAPI document."""

import json
import re
from functools import cache
from typing import Any

import jsonschema_rs
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

PLACEHOLDER = re.compile(r"<(?:\w+:)?(\w+)>")
# Not operations of the document: the document itself, and its reader.
UNTOLD = {"/api/v1/schema", "/api/v1/docs"}
# A refusal may tell more than it must: what is missing, the status that stands in the way.
OPEN = {"ErrorAnswer"}
ERROR = {"$ref": "#/components/schemas/ErrorAnswer"}
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document as the code makes it, with every object closed: a field that the
    document does not name is a fault like one that is missing."""
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


def _told(path: str, method: str, status: int) -> Any:
    """The schema of one answer, None for one without a body; KeyError for one that is not told."""
    operations = document()["paths"].get(path, {})
    if path.endswith("$") or (operations and method.lower() not in operations):
        # No such address, or no such method of it.
        return ERROR if status >= 400 else {}[status]
    content = operations[method.lower()]["responses"][str(status)].get("content")
    return content and content["application/json"]["schema"]


def fault_of(answer: Any) -> str:
    """What the document does not say of this answer; empty when it says all."""
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
        shape = _told(path, method, answer.status_code)
    except KeyError as missing:
        return f"{where}: the OpenAPI document has no {missing} there"
    if shape is None:
        return f"{where}: a body where the document has none" if answer.content else ""
    errors = [
        f"{'.'.join(map(str, error.instance_path)) or 'the answer'}: {error.message[:300]}"
        for error in _validator_of(json.dumps(shape)).iter_errors(json.loads(answer.content))
    ]
    return f"{where}: " + "; ".join(errors[:3]) if errors else ""


def watch_answers() -> None:
    """Let every test client raise AssertionError for an answer that the document does not know."""
    request = Client.request

    def checked(self: Client, **environment: Any) -> Any:
        answer = request(self, **environment)
        if environment.get("PATH_INFO", "").startswith("/api/"):
            fault = fault_of(answer)
            assert not fault, fault
        return answer

    Client.request = checked  # type: ignore[method-assign]
