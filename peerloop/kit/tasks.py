"""Enqueue Celery tasks by name, after commit.

By name, because a task calls an action and an action enqueues tasks: an import would be a circle.
The row says what is to be done; the task only makes it happen at once. A sweep finds rows whose
task was lost, so a broker that is down loses nothing (docs/adr/0004).
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# Seconds without another attempt after a failure: each costs the waiting person a timeout.
AWAY_SECONDS = 10
_away = {"until": 0.0}
_withheld: ContextVar[bool] = ContextVar("enqueueing_withheld", default=False)


@contextmanager
def without_enqueueing() -> Iterator[None]:
    """Enqueue nothing inside the block: demo data of the past has no work to be done."""
    token = _withheld.set(True)
    try:
        yield
    finally:
        _withheld.reset(token)


def enqueue(task_name: str, *, in_seconds: int = 0, **ids: Any) -> None:
    """Enqueue a task after commit; if the broker is down, the sweep does the work.

    ``task_name`` is the name the task was registered with ("billing.send_refund"), ``ids`` its
    keyword arguments as JSON values; a worker begins it ``in_seconds`` from now. Raises celery's
    NotRegistered for an unknown name.
    """
    if _withheld.get():
        return
    task = current_app.tasks[task_name]

    def send() -> None:
        if time.monotonic() < _away["until"]:
            return
        try:
            task.apply_async(kwargs=ids, retry=False, countdown=in_seconds or None)
        except (OperationalError, RedisError, OSError) as error:
            _away["until"] = time.monotonic() + AWAY_SECONDS
            logger.warning("broker unavailable, %s is left to the sweep: %s", task_name, error)

    transaction.on_commit(send, robust=True)
