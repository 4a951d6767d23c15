"""What is done again and again: each app declares its sweeps in ``tasks.py``.

A sweep finds rows that are due and does all of it, so that a lost task, a dead worker or a jump of
the demo clock delays work and loses none. Beat and the demo clock run them.
"""

import logging
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from celery import Celery, current_app

logger = logging.getLogger(__name__)

Item = TypeVar("Item")

ROUNDS = 2


class StopSweep(Exception):
    """Raised by what ``one_by_one`` does, where going on makes no sense now."""


class Sweep(NamedTuple):
    """A task, by the name it was registered with, and the seconds between its runs."""

    task_name: str
    seconds: int


_sweeps: list[Sweep] = []


def one_by_one(rows: Iterable[Item], act: Callable[[Item], object]) -> int:
    """Act on each; how many times it was done with an effect (what ``act`` returns, or None).

    One that fails in an unforeseen way is logged and keeps no other waiting. ``StopSweep`` ends it.
    """
    done = 0
    for row in rows:
        try:
            result = act(row)
        except StopSweep:
            break
        except Exception:
            logger.exception("%s failed for %s: the others go on", act, row)
            continue
        done += result is None or bool(result)
    return done


def declare(sweeps: Iterable[Sweep]) -> None:
    """Add sweeps. Declaring the same one twice adds it once."""
    _sweeps.extend(sweep for sweep in sweeps if sweep not in _sweeps)


def declared() -> list[Sweep]:
    """All sweeps, those of the lowest layer first: a higher one may act on what they find."""
    return list(_sweeps)


def schedule(celery: Celery) -> None:
    """Put every sweep on beat's table."""
    for task_name, seconds in _sweeps:
        celery.add_periodic_task(seconds, celery.signature(task_name), name=task_name)


def run_all() -> None:
    """Run every sweep here and now, twice: what the first round brings up, the second settles."""
    for _ in range(ROUNDS):
        for task_name, _seconds in _sweeps:
            current_app.tasks[task_name]()
