"""Acts that begin in one moment, each in a thread with a connection of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from peerloop.kit.refusals import Refused

PATIENCE_SECONDS = 60


def at_once(
    acts: Sequence[Callable[[], Any]],
    *,
    threads: int | None = None,
    catching: tuple[type[BaseException], ...] = (Refused,),
) -> list[Any]:
    """What each act answered, or what it raised of ``catching``; another error fails the test.

    ``threads``: at most so many acts run at a time, and the first of them start together.
    """
    number = min(len(acts), threads or len(acts))
    gate = Barrier(number)

    def run(place: int) -> Any:
        try:
            connection.ensure_connection()
            if place < number:
                gate.wait(timeout=PATIENCE_SECONDS)
            return acts[place]()
        except catching as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(len(acts))))
