"""The base of every API endpoint: errors. Its input: ``kit.inputs``; lists: ``kit.paging``."""

import logging
import math
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from rest_framework import exceptions
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from peerloop.kit.inputs import IDENTIFIER, Input, Query
from peerloop.kit.refusals import Missing, Refused, TooLarge
from peerloop.kit.security_log import note_refusal

logger = logging.getLogger(__name__)

READS = {"GET", "HEAD", "OPTIONS"}


def answer_error(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler: every error is ``{"code", "detail", "fields"}``."""
    if isinstance(error, Refused):
        note_refusal(error, context["request"])
        return _answer(error.status, error.as_json(), retry_after=error.retry_after)
    if isinstance(error, RequestDataTooBig):
        return _answer(413, TooLarge().as_json())
    if isinstance(error, Http404):
        return _answer(404, Missing().as_json())
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, exceptions.ValidationError):
        return _answer(400, _invalid(error))
    if isinstance(error, exceptions.APIException):
        return _api_exception(error)
    return None


def _api_exception(error: exceptions.APIException) -> Response:
    wait = getattr(error, "wait", None)
    code = getattr(error.detail, "code", None) or error.default_code
    body: dict[str, Any] = {"code": code, "detail": str(error.detail), "fields": {}}
    if isinstance(error, exceptions.Throttled):
        body = {"code": "too_many_requests", "detail": "Too many requests.", "fields": {}}
    response = _answer(
        error.status_code, body, retry_after=math.ceil(wait) if wait is not None else None
    )
    challenge = getattr(error, "auth_header", None)
    if challenge:
        response["WWW-Authenticate"] = challenge
    return response


def _invalid(error: exceptions.ValidationError) -> dict[str, Any]:
    fields: dict[str, list[str]] = {}
    _collect(error.detail, "", fields)
    first = next(iter(fields.values()), ["Something in the request is not right."])[0]
    fields.pop("", None)
    name = next(iter(fields), "")
    return {"code": "invalid", "detail": f"{name}: {first}" if name else first, "fields": fields}


def _collect(detail: Any, name: str, fields: dict[str, list[str]]) -> None:
    if isinstance(detail, Mapping):
        for key, inner in detail.items():
            key = "" if key == "non_field_errors" else str(key)
            _collect(inner, f"{name}.{key}" if name and key else name or key, fields)
    elif isinstance(detail, list):
        for inner in detail:
            _collect(inner, name, fields)
    else:
        fields.setdefault(name, []).append(str(detail))


def _answer(status: int, body: dict[str, Any], retry_after: int | None = None) -> Response:
    response = Response(body, status=status)
    if retry_after is not None:
        response["Retry-After"] = str(max(retry_after, 1))
    return response


def is_public(view: APIView, method: str | None) -> bool:
    """Whether an operation answers everybody, so that a token is a choice."""
    reads = method in READS
    return all(
        reads and isinstance(one, IsAuthenticatedOrReadOnly) for one in view.get_permissions()
    )


class Endpoint(APIView):
    """An API view: thin, one action or one query a method."""

    token_was_refused = False

    def perform_authentication(self, request: Request) -> None:
        """Find out who asks; for what everybody may read, a token that has ended is none."""
        try:
            super().perform_authentication(request)
        except exceptions.AuthenticationFailed:
            if not (request.method in READS and is_public(self, request.method)):
                raise
            self.token_was_refused = True

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """As REST framework; says when the answer is a visitor's because the token has ended."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        if self.token_was_refused:
            answer["WWW-Authenticate"] = 'Bearer realm="api", error="invalid_token"'
        return answer

    def body(self, shape: type[Input]) -> dict[str, Any]:
        """The request's body as the serializer allows it; raises 400 naming the fields."""
        serializer = shape(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def query(self, shape: type[Query]) -> dict[str, Any]:
        """The query string as the serializer allows it; raises 400 naming the fields."""
        serializer = shape(data=self.request.query_params)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


def identifier(value: Any, *, name: str = "id") -> uuid.UUID:
    """The value as a UUID; a row with any other key can't exist, so raises Missing."""
    text = str(value)
    if not IDENTIFIER.fullmatch(text):
        raise Missing
    return uuid.UUID(text)
