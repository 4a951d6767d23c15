"""Tasks that belong to no app: the heartbeat that `/readyz` reads, and the nightly recount."""

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
# Down after three missed heartbeats; a busy worker may be late once.
HEARTBEAT_FRESH_SECONDS = 35
# A heartbeat that waited longer in the queue is outdated.
EXPIRES_SECONDS = 30


@shared_task(name=HEARTBEAT, ignore_result=True, expires=EXPIRES_SECONDS)
def heartbeat() -> None:
    """Record that a worker executes tasks."""
    _record_heartbeat(WORKER_KEY)


@before_task_publish.connect(sender=HEARTBEAT)
def note_beat(**_: Any) -> None:
    """Record that beat sends tasks, even when no worker receives them."""
    _record_heartbeat(BEAT_KEY)


@beat_init.connect
def send_first_heartbeat(**_: Any) -> None:
    """Send the first heartbeat at once, since a new schedule starts with a pause."""
    heartbeat.delay()


def _record_heartbeat(key: str) -> None:
    redis_client().set(key, f"{time.time():.3f}")


@shared_task(name="peerloop.rebuild_counters", ignore_result=True)
def recount() -> None:
    """Once a night, correct the counters that differ from the rows they count. Safe to repeat."""
    rebuild_counters()


SWEEPS = [Sweep("peerloop.rebuild_counters", 86_400)]
