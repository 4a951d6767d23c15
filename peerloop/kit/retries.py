"""What PostgreSQL breaks off to keep others going is tried once more, then refused (RACE-2)."""

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
BROKEN_OFF = (errors.DeadlockDetected, errors.SerializationFailure, errors.LockNotAvailable)


class Busy(Conflict):
    """Too many wanted the same thing in the same moment."""

    code = "busy"
    message = (
        "Somebody else changes the same thing right now. Nothing was changed; "
        "try again in a moment."
    )


def once_more(act: Callable[[], T]) -> T:
    """Run an act in its own transaction, again if the database broke it off; then raises Busy."""
    try:
        return act()
    except OperationalError as error:
        if not isinstance(error.__cause__, BROKEN_OFF):
            raise
        logger.warning("tried again after %s", type(error.__cause__).__name__)
    try:
        return act()
    except OperationalError as error:
        if isinstance(error.__cause__, BROKEN_OFF):
            raise Busy(retry_after=1) from error
        raise


def tried_twice(action: Callable[P, T]) -> Callable[P, T]:
    """Let an action, which is its own transaction, run once more if the database broke it off.

    Raises Busy after the second time; nothing was changed then.
    """

    @wraps(action)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        return once_more(lambda: action(*args, **kwargs))

    return run
