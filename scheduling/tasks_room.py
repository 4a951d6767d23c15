"""Doors of the worker for rooms: who is inside, what is over, what is missing."""

from celery import shared_task

from peerloop.kit import clock
from peerloop.kit.providers import Unavailable
from peerloop.kit.sweeps import Sweep
from scheduling.actions.closing import mark_no_shows, poll_rooms
from scheduling.actions.conduct import close_room as shut_room
from scheduling.actions.recordings import find_missing_recordings

ROOM_SWEEPS = [
    Sweep("scheduling.poll_rooms", 120),
    Sweep("scheduling.sweep_sessions", 900),
]


@shared_task(
    name="scheduling.close_room",
    autoretry_for=(Unavailable,),
    max_retries=3,
    retry_backoff=5,
)
def close_room(session_id: str) -> None:
    """Send everybody out of one room."""
    shut_room(session_id=session_id)


@shared_task(name="scheduling.poll_rooms")
def poll_rooms_now() -> None:
    """Ask who is inside the rooms that run."""
    poll_rooms(at=clock.now())


@shared_task(name="scheduling.sweep_sessions")
def sweep_sessions() -> None:
    """Poll, then close what is over; look for recordings (rule ROOM-9)."""
    at = clock.now()
    poll_rooms(at=at)
    mark_no_shows(at=at)
    find_missing_recordings(at=at)
