"""What is done again and again: each app declares its sweeps in ``tasks.py``.

A sweep finds rows that are due and does all of it, so that a lost task, a dead worker or a jump of
the demo clock delays work and loses none. Beat and the demo clock run them.
"""

from collections.abc import Iterable
from typing import NamedTuple

from celery import Celery, current_app

ROUNDS = 2


class Sweep(NamedTuple):
    """A task, by the name it was registered with, and the seconds between its runs."""

    task_name: str
    seconds: int


_sweeps: list[Sweep] = []


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
