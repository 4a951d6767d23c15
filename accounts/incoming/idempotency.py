"""Requests that a client may repeat: one key, one effect, one answer (rules BOOK-8, MON-4)."""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

import orjson
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import IdempotencyKey
from peerloop.kit.batches import in_batches
from peerloop.kit.paths import API, CANONICAL_API
from peerloop.kit.refusals import Conflict, Invalid, Refused
from peerloop.kit.wire import written

Method = Callable[..., Response]
FORM = re.compile(r"[\x21-\x7e]{1,255}")
KEPT = timedelta(hours=48)


class StillRunning(Conflict):
    """A request with this key is being processed."""

    code = "request_running"
    message = "The first request with this key is still being worked on. Ask again in a moment."


class KeyReused(Refused):
    """The key was used for another request."""

    status = 422
    code = "idempotency_key_reused"
    message = "This Idempotency-Key came with another request before. Use a new key."


def idempotent(method: Method) -> Method:
    """Let an API method honour the header ``Idempotency-Key``; without it nothing changes.

    Per member and path: the same body gets the stored answer, another body 422, a copy that comes
    while the first still runs 409. Only effects are kept: after a refusal the same request runs
    again, and the key is free. A process that was killed holds nothing: the next copy runs at once.
    """

    @wraps(method)
    def guarded(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if not key or not request.user.is_authenticated:
            return method(view, request, *args, **kwargs)
        if not FORM.fullmatch(key):
            raise Invalid.field("Idempotency-Key", "Send 1 to 255 visible ASCII characters.")
        row = _row(request, key)
        if _is_answered(row):
            return _replayed(row)
        with _held(row):
            if not _is_still_there(row):
                raise StillRunning(retry_after=1)
            if _is_answered(row):
                return _replayed(row)
            answer = _answered(method, view, request, row, *args, **kwargs)
            _keep(row, answer)
            return answer

    # For the OpenAPI document (``kit.schema``).
    guarded.takes_idempotency_key = True  # type: ignore[attr-defined]
    return guarded


def _answered(
    method: Method, view: Any, request: Request, row: IdempotencyKey, *args: Any, **kwargs: Any
) -> Response:
    try:
        return method(view, request, *args, **kwargs)
    except BaseException:
        row.delete()
        raise


def _row(request: Any, key: str) -> IdempotencyKey:
    """The row of the key, new or existing; raises KeyReused for another request."""
    path = request.path.removeprefix(CANONICAL_API).removeprefix(API)
    path = f"{CANONICAL_API}{path}"[:200]
    digest = _digest(request)
    at = timezone.now()
    row, _ = IdempotencyKey.objects.get_or_create(
        user_id=request.user.pk,
        key=key,
        path=path,
        defaults={"request_hash": digest, "created_at": at, "updated_at": at},
    )
    if row.request_hash != digest:
        raise KeyReused
    return row


def _is_answered(row: IdempotencyKey) -> bool:
    """Whether an answer is stored."""
    return row.status is not None


def _is_still_there(row: IdempotencyKey) -> bool:
    """Reload the row; False if the first request failed and deleted it."""
    try:
        row.refresh_from_db()
    except IdempotencyKey.DoesNotExist:
        return False
    return True


@contextmanager
def _held(row: IdempotencyKey) -> Iterator[None]:
    """Lock the row for this process; raises StillRunning when another one has it.

    The lock is the connection's: PostgreSQL lets go of it when the process dies.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [str(row.pk)])
        if not cursor.fetchone()[0]:
            raise StillRunning(retry_after=1)
    try:
        yield
    finally:
        # A broken connection has released the lock.
        with suppress(OperationalError, InterfaceError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [str(row.pk)])


def _replayed(row: IdempotencyKey) -> Response:
    headers = {"Idempotent-Replayed": "true"}
    return Response(orjson.loads(str(row.response)), status=row.status, headers=headers)


def _digest(request: Request) -> str:
    body = orjson.dumps(request.data, option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.sha256(str(request.method).encode() + b"\n" + body).hexdigest()


def _keep(row: IdempotencyKey, answer: Response) -> None:
    status = answer.status_code
    if not 200 <= status < 300:
        row.delete()
        return
    # As text: a jsonb object would forget the order of its keys.
    body = written(answer.data).decode()
    IdempotencyKey.objects.filter(pk=row.pk).update(
        status=status, response=body, updated_at=timezone.now()
    )


def forget_old(*, at: datetime) -> None:
    """Delete keys older than two days. Safe to repeat."""
    old = IdempotencyKey.objects.filter(created_at__lt=at - KEPT)
    in_batches(old, lambda batch: batch.delete())
