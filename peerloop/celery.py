"""The Celery application: tasks of every app, and beat's schedule."""

import os
from typing import Any

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerloop.settings")

HEARTBEAT_SECONDS = 10

app = Celery("peerloop")
app.config_from_object("django.conf:settings", namespace="CELERY")


@app.on_after_finalize.connect
def fill_schedule(sender: Celery, **kwargs: Any) -> None:
    """Schedule the heartbeat that /readyz reads, and the sweeps of every app."""
    from peerloop.kit import sweeps

    sender.add_periodic_task(
        HEARTBEAT_SECONDS, sender.signature("peerloop.heartbeat"), name="peerloop.heartbeat"
    )
    sweeps.schedule(sender)
