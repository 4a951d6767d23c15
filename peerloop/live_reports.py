"""Reads and reports of the room's sockets that need the database.

They run in two threads of their own, so that a slow database blocks no socket.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import Error, close_old_connections

from accounts.identity.sign_ins import is_signed_in
from accounts.incoming.inbox import process_waiting, receive, receive_now
from peerloop.kit import clock
from scheduling.local_room import closes_at, ice_servers, room_id_of
from scheduling.providers.base import FINISHED, JOINED, LEFT, RoomEvent
from scheduling.queries.room import room_access
from scheduling.room_events import LOCAL

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

REPORT_TRIES = 6
FIRST_PAUSE_SECONDS = 0.5
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="live-database")


@dataclass(frozen=True, slots=True)
class Participant:
    """A member who may be in the room now, and what their browser needs."""

    session_id: UUID
    user_id: UUID
    sign_in: str
    name: str
    is_teacher: bool
    other_name: str
    ends_at: datetime
    closes_at: datetime
    now: datetime
    ice_servers: list[dict[str, Any]]


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function that uses the database in a thread, with a connection that works."""

    def run() -> T:
        close_old_connections()
        try:
            return function(*args, **kwargs)
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(_threads, run)


def look_up(session_id: UUID, user_id: UUID, sign_in: str) -> tuple[Participant | None, str]:
    """The participant, or None and the reason why they may not be in the room now.

    The reason is empty where only the sign-in ended: the browser asks for another ticket then.
    """
    with clock.fixed_offset():
        at = clock.now()
        session, reason = room_access(session_id, user_id, at=at)
    if session is None:
        return None, reason
    if not is_signed_in(sign_in, user_id):
        return None, ""
    is_teacher = user_id == session.teacher_id
    me, other = session.teacher, session.student
    if not is_teacher:
        me, other = other, me
    participant = Participant(
        session_id=session_id,
        user_id=user_id,
        sign_in=sign_in,
        name=me.name,
        is_teacher=is_teacher,
        other_name=other.name,
        ends_at=session.scheduled_end,
        closes_at=closes_at(session.scheduled_end),
        now=at,
        ice_servers=ice_servers(session_id=session_id, user_id=user_id),
    )
    return participant, ""


def report_joined(participant: Participant, connection: str) -> None:
    """Store in the inbox that this connection has joined."""
    _report(participant, JOINED, connection)


def report_left(participant: Participant, connection: str, *, is_deliberate: bool) -> None:
    """Store in the inbox that this connection has left, deliberately or not."""
    _report(participant, LEFT, connection, is_deliberate=is_deliberate)


def report_finished(participant: Participant, connection: str) -> None:
    """Store that the room was ended by the teacher or by its closing time, and process it.

    Both go on to the page of the session, which then shows the end and what was earned. What was
    observed before comes first: an end alone would count as one of a server that reports nobody.
    """
    about = {"room_id": room_id_of(participant.session_id)}
    is_settled = process_waiting(provider=LOCAL, about=about, at=clock.now())
    how = receive_now if is_settled else receive
    _report(participant, FINISHED, connection, receive=how)


def _report(
    participant: Participant,
    kind: str,
    connection: str,
    *,
    is_deliberate: bool = False,
    receive: Callable[..., object] = receive,
) -> None:
    """Store a report like a webhook: once for each id, then processed, by a task if not at once."""
    at = clock.now()
    event = RoomEvent(
        event_id=f"{connection}:{kind}",
        kind=kind,
        name=kind,
        room_id=room_id_of(participant.session_id),
        user_id=str(participant.user_id),
        reference=connection,
        at=at,
        is_deliberate=is_deliberate,
    )
    receive(
        provider=LOCAL, event_id=event.event_id, kind=event.name, payload=event.as_json(), at=at
    )


async def until_stored(function: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
    """Store a report; while the database is down retry for half a minute.

    A report lost after that is corrected by the task that polls who is present.
    """
    pause = FIRST_PAUSE_SECONDS
    for number in range(REPORT_TRIES):
        try:
            await in_thread(function, *args, **kwargs)
        except Error as error:
            logger.warning("report of a room waits for the database: %s", error)
            if number < REPORT_TRIES - 1:
                await asyncio.sleep(pause)
                pause *= 2
        else:
            return
