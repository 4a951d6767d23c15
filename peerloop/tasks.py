"""The house's own tasks: the sign of life that `/readyz` looks at, and the nightly count."""

import time
from typing import Any

from celery import shared_task
from celery.signals import beat_init, before_task_publish

from peerloop.kit.invariants import rebuild_counters
from peerloop.kit.redis import redis_client
from peerloop.kit.sweeps import Sweep
from peerloop.operations.heartbeats import BEAT_KEY, WORKER_KEY

HEARTBEAT = "peerloop.heartbeat"
HEARTBEAT_EVERY_SECONDS = 10
# Three missed ones count as gone; a busy worker may be late once.
HEARTBEAT_FRESH_SECONDS = 35
# Nobody needs a sign of life that waited longer than this in the queue.
EXPIRES_SECONDS = 30


@shared_task(name=HEARTBEAT, ignore_result=True, expires=EXPIRES_SECONDS)
def heartbeat() -> None:
    """Note that the worker works."""
    _note(WORKER_KEY)


@before_task_publish.connect(sender=HEARTBEAT)
def note_beat(**_: Any) -> None:
    """Note that beat sends: also when no worker is there to receive."""
    _note(BEAT_KEY)


@beat_init.connect
def greet(**_: Any) -> None:
    """Send the first sign of life at once: a new schedule would begin with a pause."""
    heartbeat.delay()


def _note(key: str) -> None:
    redis_client().set(key, f"{time.time():.3f}")


@shared_task(name="peerloop.rebuild_counters", ignore_result=True)
def count_anew() -> None:
    """Once a night: mend counters that differ from their rows."""
    rebuild_counters()


SWEEPS = [Sweep("peerloop.rebuild_counters", 86_400)]
