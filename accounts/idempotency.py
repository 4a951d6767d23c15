"""Requests that a client may repeat: one key, one effect, one answer (rules BOOK-8, MON-4)."""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

import orjson
from django.utils import timezone
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import IdempotencyKey
from peerloop.kit.api import answer_error
from peerloop.kit.refusals import Conflict, Invalid, Refused

Method = Callable[..., Response]
FORM = re.compile(r"[\x21-\x7e]{1,255}")
# A process that died with a request in hand never answers it: after this the next copy runs.
GIVEN_UP = timedelta(minutes=5)
KEPT = timedelta(hours=48)
# Not the act's own answers: the same request may well pass a moment later.
PASSING = {401, 408, 425, 429}


class StillRunning(Conflict):
    """A copy of the request is being worked on."""

    code = "request_running"
    message = "The first request with this key is still being worked on. Ask again in a moment."


class KeyReused(Refused):
    """One key, two different requests."""

    status = 422
    code = "idempotency_key_reused"
    message = "This Idempotency-Key came with another request before. Use a new key."


def idempotent(method: Method) -> Method:
    """Let an API method honour the header ``Idempotency-Key``; without it nothing changes.

    Per member and path: the same body gets the stored answer, another body 422, a copy that comes
    while the first still runs 409. Server errors and "later" answers are not kept.
    """

    @wraps(method)
    def guarded(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if not key or not request.user.is_authenticated:
            return method(view, request, *args, **kwargs)
        if not FORM.fullmatch(key):
            raise Invalid.field("Idempotency-Key", "Send 1 to 255 visible ASCII characters.")
        row, stored = _claim(request, key)
        if stored is not None:
            return stored
        answer = _answered(method, view, request, row, *args, **kwargs)
        _keep(row, answer)
        return answer

    return guarded


def _answered(
    method: Method, view: Any, request: Request, row: IdempotencyKey, *args: Any, **kwargs: Any
) -> Response:
    try:
        return method(view, request, *args, **kwargs)
    except (Refused, APIException) as refusal:
        answer = answer_error(refusal, {"view": view, "request": request})
        if answer is None:
            row.delete()
            raise
        return answer
    except BaseException:
        row.delete()
        raise


def _claim(request: Any, key: str) -> tuple[IdempotencyKey, Response | None]:
    """The row that this request may work under, or the answer that stands for it."""
    path = re.sub(r"^/api/(?!v1/)", "/api/v1/", request.path)[:200]
    digest = _digest(request)
    at = timezone.now()
    row, is_new = IdempotencyKey.objects.get_or_create(
        user_id=request.user.pk,
        key=key,
        path=path,
        defaults={"request_hash": digest, "created_at": at, "updated_at": at},
    )
    if is_new:
        return row, None
    if row.request_hash != digest:
        raise KeyReused
    if row.status is None:
        taken_over = IdempotencyKey.objects.filter(
            pk=row.pk, status=None, updated_at__lt=at - GIVEN_UP
        ).update(updated_at=at)
        if not taken_over:
            raise StillRunning(retry_after=1)
        return row, None
    headers = {"Idempotent-Replayed": "true"}
    return row, Response(orjson.loads(str(row.response)), status=row.status, headers=headers)


def _digest(request: Request) -> str:
    body = orjson.dumps(request.data, option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.sha256(str(request.method).encode() + b"\n" + body).hexdigest()


def _keep(row: IdempotencyKey, answer: Response) -> None:
    status = answer.status_code
    if not (200 <= status < 300 or (400 <= status < 500 and status not in PASSING)):
        row.delete()
        return
    options = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS
    # As text: a jsonb object would forget the order of its keys.
    body = orjson.dumps(answer.data, default=str, option=options).decode()
    IdempotencyKey.objects.filter(pk=row.pk).update(
        status=status, response=body, updated_at=timezone.now()
    )


def forget_old(*, at: datetime) -> None:
    """Drop keys past their two days. Safe to repeat."""
    IdempotencyKey.objects.filter(created_at__lt=at - KEPT).delete()
