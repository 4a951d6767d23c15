"""What PostgreSQL breaks off to keep others going is tried once more, then refused."""

import logging
from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError
from psycopg import errors

from peerloop.kit.refusals import Conflict

logger = logging.getLogger(__name__)

T = TypeVar("T")
BROKEN_OFF = (errors.DeadlockDetected, errors.SerializationFailure, errors.LockNotAvailable)


class Busy(Conflict):
    """Too many people wanted the same thing in the same moment."""

    code = "busy"
    message = "Many people are booking here right now. Nothing was changed; try again in a moment."


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
