"""Reads and reports of the room's sockets that need the database.

They run in two threads of their own, so that a slow database blocks no socket.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, ParamSpec, TypeVar
from uuid import UUID

from django.db import Error, close_old_connections

from accounts.identity.sign_ins import is_signed_in
from accounts.incoming.inbox import process_waiting, receive, receive_now
from goodwill.summons.room import ROOM_SALT, meeting_of, room_closes_at
from peerloop.kit import clock
from scheduling import local_room
from scheduling.local_room import Ticket, closes_at, ice_servers, room_id_of
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
    """A member who may be in the room now, and what their browser needs.

    ``session_id`` is the session, or the call for help, by which two meet; ``kind`` says which.
    """

    kind: str
    session_id: UUID
    user_id: UUID
    sign_in: str
    is_teacher: bool
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


def read_ticket(text: str) -> tuple[str, Ticket] | None:
    """The kind of meeting and the ticket to its socket; None if it is forged or too old."""
    for kind, (salt, _) in MEETINGS.items():
        ticket = local_room.read_ticket(text, salt=salt)
        if ticket is not None:
            return kind, ticket
    return None


def look_up(
    kind: str, meeting_id: UUID, user_id: UUID, sign_in: str
) -> tuple[Participant | None, str]:
    """The participant, or None and the reason why they may not be in the room now.

    The reason is empty where only the sign-in ended: the browser asks for another ticket then.
    """
    with clock.fixed_offset():
        at = clock.now()
        _, look = MEETINGS[kind]
        found, reason = look(meeting_id, user_id, at)
    if found is None:
        return None, reason
    if not is_signed_in(sign_in, user_id):
        return None, ""
    participant = Participant(
        kind=kind,
        session_id=meeting_id,
        user_id=user_id,
        sign_in=sign_in,
        is_teacher=user_id == found.teacher_id,
        ends_at=found.ends_at,
        closes_at=found.closes_at,
        now=at,
        ice_servers=ice_servers(session_id=meeting_id, user_id=user_id),
    )
    return participant, ""


class Meeting(NamedTuple):
    """Two people who may be in a room now, and until when. The teacher's browser calls first."""

    teacher_id: UUID
    ends_at: datetime
    closes_at: datetime


def _session(session_id: UUID, user_id: UUID, at: datetime) -> tuple[Meeting | None, str]:
    session, reason = room_access(session_id, user_id, at=at)
    if session is None:
        return None, reason
    end = session.scheduled_end
    return Meeting(session.teacher_id, end, closes_at(end)), ""


def _summons(summons_id: UUID, user_id: UUID, at: datetime) -> tuple[Meeting | None, str]:
    summons, reason = meeting_of(summons_id, user_id, at=at)
    if summons is None:
        return None, reason
    end = room_closes_at(summons)
    assert summons.helper_id is not None, "somebody answered"
    return Meeting(summons.helper_id, end, end), ""


SESSION, SUMMONS = "session", "summons"
Look = Callable[[UUID, UUID, datetime], tuple[Meeting | None, str]]
# What meets in our own rooms: the salt of its tickets, and who may be inside.
MEETINGS: dict[str, tuple[str, Look]] = {
    SESSION: (local_room.TICKET_SALT, _session),
    SUMMONS: (ROOM_SALT, _summons),
}


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
    if participant.kind != SESSION:
        return
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
    """Store a report like a webhook: once for each id, then processed, by a task if not at once.

    Only of sessions: nothing is counted of who meets by a call for help.
    """
    if participant.kind != SESSION:
        return
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
