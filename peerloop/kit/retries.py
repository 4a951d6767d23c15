"""Transactions that PostgreSQL aborts because of concurrent ones: retried once (RACE-2)."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError
from psycopg import errors

from peerloop.kit.refusals import Conflict

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
ABORTED = (errors.DeadlockDetected, errors.SerializationFailure, errors.LockNotAvailable)


class DatabaseBusy(Conflict):
    """Aborted twice, because others changed the same rows. Nothing was changed."""

    code = "busy"
    message = (
        "Somebody else changes the same thing right now. Nothing was changed; "
        "try again in a moment."
    )


def run_with_retry(act: Callable[[], T]) -> T:
    """Call ``act``, which is its own transaction; once more if the database aborted it.

    Raises DatabaseBusy if it is aborted again.
    """
    try:
        return act()
    except OperationalError as error:
        if not isinstance(error.__cause__, ABORTED):
            raise
        logger.warning("retried after %s", type(error.__cause__).__name__)
    try:
        return act()
    except OperationalError as error:
        if isinstance(error.__cause__, ABORTED):
            raise DatabaseBusy(retry_after=1) from error
        raise


def retried(action: Callable[P, T]) -> Callable[P, T]:
    """Decorate an action that is its own transaction: ``run_with_retry`` calls it."""

    @wraps(action)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        return run_with_retry(lambda: action(*args, **kwargs))

    return run
