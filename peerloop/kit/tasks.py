"""Tasks are hints: the row says what is to be done, the task only says "look now".

A broker that is down loses nothing, for a sweep finds rows that waited (docs/adr/0004).
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# After one failure nobody knocks for so long: each try costs the waiting person a time-out.
AWAY_SECONDS = 10
_away = {"until": 0.0}
_withheld: ContextVar[bool] = ContextVar("hints_withheld", default=False)


@contextmanager
def without_hints() -> Iterator[None]:
    """Queue nothing for what is done inside: for telling a past that never was (demo data)."""
    token = _withheld.set(True)
    try:
        yield
    finally:
        _withheld.reset(token)


def hint(task: Task, **ids: Any) -> None:
    """Queue the task after commit; if the broker is away, leave the work to the sweep."""
    if _withheld.get():
        return

    def send() -> None:
        if time.monotonic() < _away["until"]:
            return
        try:
            task.apply_async(kwargs=ids, retry=False)
        except (OperationalError, RedisError, OSError) as error:
            _away["until"] = time.monotonic() + AWAY_SECONDS
            logger.warning("broker away, %s is left to the sweep: %s", task.name, error)

    transaction.on_commit(send, robust=True)
