"""What is done again and again: each app lists its sweeps, beat and the demo clock run them.

A sweep finds rows that are due and does all of it, so that a lost task, a dead worker or a jump of
the demo clock delays work and loses none.
"""

import logging
from collections.abc import Iterator
from importlib import import_module

from celery import Celery, current_app

logger = logging.getLogger(__name__)

# From the ground up: what a lower floor finds out, a higher one may have to act on.
APPS = ("accounts", "catalog", "learning", "scheduling", "billing", "community", "peerloop")
ROUNDS = 2


def listed() -> Iterator[tuple[str, int]]:
    """Task name and seconds between runs of every sweep."""
    for name in APPS:
        module = import_module(f"{name}.tasks") if _has_tasks(name) else None
        yield from getattr(module, "SWEEPS", [])


def _has_tasks(name: str) -> bool:
    from importlib.util import find_spec

    return find_spec(f"{name}.tasks") is not None


def schedule(celery: Celery) -> None:
    """Put every sweep on beat's table."""
    for task_name, seconds in listed():
        celery.add_periodic_task(seconds, celery.signature(task_name), name=task_name)


def run_all() -> None:
    """Run every sweep here and now, twice: what the first round brings up, the second settles."""
    for _ in range(ROUNDS):
        for task_name, _seconds in listed():
            current_app.tasks[task_name]()
