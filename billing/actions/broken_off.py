"""What PostgreSQL breaks off to keep others going is tried once more, then refused (RACE-2)."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from scheduling.retries import Busy, once_more

P = ParamSpec("P")
T = TypeVar("T")


def tried_twice(action: Callable[P, T]) -> Callable[P, T]:
    """Run an action, which is its own transaction, again if the database broke it off.

    Raises Busy after the second time; nothing was changed then.
    """

    @wraps(action)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return once_more(lambda: action(*args, **kwargs))
        except Busy as busy:
            raise Busy(
                "Somebody else moves the same money right now. Nothing was changed; "
                "try again in a moment.",
                retry_after=1,
            ) from busy

    return run
