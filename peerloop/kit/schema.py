"""The OpenAPI document: errors that every operation may answer are described once."""

from typing import Any

from drf_spectacular.openapi import AutoSchema

from peerloop.kit.api import READS, is_public
from peerloop.kit.serializers import ErrorAnswer

# An answer without content; drf-spectacular leaves out a serializer without fields.
EMPTY_OBJECT = {"type": "object", "additionalProperties": False}
WORDS = {
    400: "Something in the request is not right; `fields` names what.",
    401: "No access token, or one that doesn't count any more.",
    403: "Known, but not for this caller.",
    404: "There is no such row, or none that the caller may know of.",
    409: "Right in itself, but not in the present state.",
    413: "The body is larger than the API takes.",
    415: "The body is not `application/json`.",
    422: "The Idempotency-Key came with another request before.",
    429: "Too many requests; `Retry-After` says in how many seconds to go on.",
    503: "Not possible for the moment; `Retry-After` says in how many seconds to try again.",
}


class Schema(AutoSchema):
    """drf-spectacular's schema, with the errors that follow from how an operation is built.

    An operation names the errors that are its own in ``extend_schema``, with their words; those of
    its token, its body, its address, its limits and its Idempotency-Key come by themselves.
    """

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """As drf-spectacular makes it; every error has its body, and none is left out."""
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        answers = operation["responses"]
        for status in self._statuses():
            answers.setdefault(str(status), {"description": WORDS[status]})
        error = self.resolve_serializer(ErrorAnswer(), "response").ref
        for status, answer in answers.items():
            if status >= "400" and "content" not in answer:
                answer["content"] = {"application/json": {"schema": error}}
        operation["responses"] = dict(sorted(answers.items()))
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "path" and parameter["name"].endswith("_id"):
                parameter["schema"] = {"type": "string", "format": "uuid"}
        return operation

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Where everybody may read, the token is a choice."""
        auth: list[dict[str, list[str]]] = super().get_auth()
        return [*auth, {}] if self._is_public() and {} not in auth else auth

    def _get_request_body(self, direction: Any = "request") -> Any:
        if self.method != "DELETE" or self.get_request_serializer() is None:
            return super()._get_request_body(direction)
        # drf-spectacular gives DELETE no body, OpenAPI 3.1 does. Ours are optional.
        self.method = "POST"
        try:
            return {**super()._get_request_body(direction), "required": False}
        finally:
            self.method = "DELETE"

    def _get_serializer(self) -> Any:
        """None for a DELETE that declares no body."""
        return None if self.method == "DELETE" else super()._get_serializer()

    def _statuses(self) -> set[int]:
        """Errors that come from outside the operation's own code."""
        found = {400, 503}
        if self.view.get_throttles():
            found.add(429)
        if self.view.get_authenticators():
            # Staff without the second step that they need are refused everywhere.
            found.add(403)
            if not (self._is_public() and self.method in READS):
                found.add(401)
        if "{" in self.path:
            found.add(404)
        if self.method not in READS:
            found.add(413)
            if self.get_request_serializer() is not None:
                found.add(415)
        if getattr(getattr(self.view, self.method.lower(), None), "takes_idempotency_key", False):
            found |= {409, 422}
        return found

    def _is_public(self) -> bool:
        return is_public(self.view, self.method)
