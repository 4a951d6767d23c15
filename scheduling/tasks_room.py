"""Tasks of rooms: close them, poll them, close sessions that are over."""

from celery import shared_task

from peerloop.kit import clock
from peerloop.kit.providers import Unavailable
from peerloop.kit.sweeps import Sweep
from scheduling.actions.joining import close_room as shut_room
from scheduling.actions.overdue import mark_no_shows, poll_rooms
from scheduling.actions.recording_copies import copy_due
from scheduling.actions.recording_copies import copy_recording as copy_one_recording
from scheduling.actions.recordings import find_missing_recordings
from scheduling.actions.webhooks import register_webhooks

ROOM_SWEEPS = [
    Sweep("scheduling.poll_rooms", 120),
    Sweep("scheduling.register_webhooks", 180),
    Sweep("scheduling.sweep_sessions", 900),
    Sweep("scheduling.copy_recordings", 60),
]


@shared_task(
    name="scheduling.close_room",
    autoretry_for=(Unavailable,),
    max_retries=3,
    retry_backoff=5,
)
def close_room(session_id: str) -> None:
    """Close the room of one session."""
    shut_room(session_id=session_id)


@shared_task(name="scheduling.poll_rooms")
def poll_rooms_now() -> None:
    """Ask the video servers who is inside."""
    poll_rooms(at=clock.now())


@shared_task(name="scheduling.register_webhooks")
def register_webhooks_again() -> None:
    """Register our webhook at the video servers that may have dropped it."""
    register_webhooks()


@shared_task(name="scheduling.sweep_sessions")
def sweep_sessions() -> None:
    """Poll, close sessions that are over, look for recordings (rule ROOM-9)."""
    at = clock.now()
    poll_rooms(at=at)
    mark_no_shows(at=at)
    find_missing_recordings(at=at)


# A film of some gigabytes is written to the storage at once.
@shared_task(name="scheduling.copy_recording", soft_time_limit=1_740, time_limit=1_800)
def copy_recording(recording_id: str) -> None:
    """Copy a stretch of one recording into our storage."""
    copy_one_recording(recording_id=recording_id, at=clock.now())


@shared_task(name="scheduling.copy_recordings")
def copy_recordings() -> None:
    """Go on with recordings whose copy is due."""
    copy_due(at=clock.now())
