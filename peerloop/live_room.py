"""The WebSocket of the local video room: signalling between two browsers (security RTC-1).

A connection is admitted by a ticket that is valid once, and listens to its room's channel in Redis.
It ends when either side closes it, the person loses the right to be there, or the browser is silent
for too long. Joining and leaving are stored in the inbox like a provider's webhook.
"""

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Coroutine
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
from django.conf import settings
from django.db import Error
from django.http.request import split_domain_port, validate_host
from redis.exceptions import RedisError

from peerloop import live_reports as reports
from peerloop.live_hub import Hub, Queue, hub
from peerloop.live_messages import LARGEST_MESSAGE, TokenBucket, parse
from peerloop.live_reports import Participant, in_thread, until_stored
from scheduling import local_room
from scheduling.local_room import Presence

logger = logging.getLogger(__name__)

# Browsers send a ping every ten seconds.
SILENT_SECONDS = 35.0
LOOK_EVERY_SECONDS = 10.0
MOST_MALFORMED = 50
CHAT_LINES = 200

CLOSE_NORMAL = 1000
CLOSE_POLICY = 1008
CLOSE_TOO_LARGE = 1009
CLOSE_TRY_AGAIN = 1013
CLOSE_FORBIDDEN = 4403
CLOSE_TOO_FAST = 4429

_background: set[asyncio.Task[None]] = set()


async def room(scope: Any, receive: Any, send: Any) -> None:
    """Serve one WebSocket: admit it, run it, report joining and leaving."""
    await receive()
    try:
        participant, page = await _admit(scope)
    except (RedisError, Error) as error:
        logger.warning("no socket now: %s", error)
        participant, page = None, ""
    if participant is None:
        await send({"type": "websocket.close", "code": CLOSE_FORBIDDEN})
        return
    await send({"type": "websocket.accept"})
    connection = Connection(participant, page, hub(), receive, send)
    try:
        await connection.run()
    except RedisError as error:
        logger.warning("a socket ends without Redis: %s", error)
        await connection.close(CLOSE_TRY_AGAIN)
        await connection.hang_up()


async def _admit(scope: Any) -> tuple[Participant | None, str]:
    """The participant and their page's id, if origin, ticket and session allow it."""
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    page = query.get("page", [""])[0]
    found = reports.read_ticket(query.get("ticket", [""])[0])
    if found is None or not _is_own_origin(scope) or not page.isalnum() or len(page) > 40:
        return None, ""
    kind, ticket = found
    key = local_room.ticket_key(ticket)
    seconds = local_room.TICKET_SECONDS * 2
    if not await hub().redis.set(key, b"1", nx=True, ex=seconds):
        return None, ""
    participant, _ = await in_thread(
        reports.look_up, kind, ticket.session_id, ticket.user_id, ticket.sign_in
    )
    return participant, page


def _is_own_origin(scope: Any) -> bool:
    """Whether the socket was opened by a page of ours, by its Origin header (ASVS 4.4.2)."""
    headers = {name.lower(): value.decode("latin-1") for name, value in scope.get("headers", [])}
    origin, host = headers.get(b"origin", ""), headers.get(b"host", "")
    if origin == settings.BASE_URL:
        return True
    name, _ = split_domain_port(host)
    same = bool(host) and urlsplit(origin).netloc.lower() == host.lower()
    return same and validate_host(name, settings.ALLOWED_HOSTS)


class Connection:
    """One admitted socket of one participant."""

    def __init__(
        self, participant: Participant, page: str, hub: Hub, receive: Any, send: Any
    ) -> None:
        self.participant = participant
        # The demo clock runs ahead of real time.
        self._ahead = participant.now.timestamp() - time.time()
        self.name = secrets.token_hex(8)
        self.presence = Presence(str(participant.user_id), self.name, page)
        self._hub = hub
        self._receive = receive
        self._send = send
        self._channel = local_room.channel_of(participant.session_id)
        self._heard_at = time.monotonic()
        self._bucket = TokenBucket()
        self._malformed = 0
        self._is_closed = False
        self._code: int | None = None
        self._said_goodbye = False
        self._look = asyncio.Event()

    async def run(self) -> None:
        """Run until the connection ends, then report that the participant left."""
        async with self._hub.listen(self._channel) as queue:
            await self._record_presence()
            _start_background_task(until_stored(reports.report_joined, self.participant, self.name))
            try:
                await self._send_welcome()
                await self._broadcast({"type": "joined", **_connection_of(self.presence)})
                await self._run_until_one_ends(
                    self._read_browser(), self._forward_messages(queue), self._watch_permission()
                )
            finally:
                await self.hang_up()
                # In a task of its own: this one is cancelled when the server shuts down.
                await asyncio.shield(_start_background_task(self._record_departure()))

    async def close(self, code: int = CLOSE_NORMAL, reason: str = "") -> None:
        """Let the connection end, with the reason if the browser should not reconnect."""
        if self._is_closed:
            return
        self._is_closed, self._code = True, code
        if reason:
            with contextlib.suppress(Exception):
                await self._send_json({"type": "end", "reason": reason})

    async def hang_up(self) -> None:
        """Close the socket if ``close`` asked for it.

        Only once nothing is being received any more: while it waits for the browser, Granian holds
        a close back until the next message.
        """
        code, self._code = self._code, None
        if code is not None:
            with contextlib.suppress(Exception):
                await self._send({"type": "websocket.close", "code": code})

    async def _run_until_one_ends(self, *jobs: Coroutine[Any, Any, None]) -> None:
        tasks = [asyncio.create_task(job) for job in jobs]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def _read_browser(self) -> None:
        """Receive messages of the browser until it is silent for too long."""
        while True:
            try:
                async with asyncio.timeout(SILENT_SECONDS):
                    event = await self._receive()
            except TimeoutError:
                await self.close(CLOSE_TRY_AGAIN)
                return
            if event["type"] == "websocket.disconnect":
                self._is_closed = True
                return
            if event["type"] == "websocket.receive":
                await self._receive_message(event)
            if self._is_closed:
                return

    async def _receive_message(self, event: Any) -> None:
        text = event.get("text")
        size = len(text.encode("utf-8", "replace")) if text else len(event.get("bytes") or b"")
        if size > LARGEST_MESSAGE:
            await self.close(CLOSE_TOO_LARGE)
        elif not self._bucket.take():
            await self.close(CLOSE_TOO_FAST)
        else:
            message = parse(text) if text else None
            if message is None:
                self._malformed += 1
                if self._malformed > MOST_MALFORMED:
                    await self.close(CLOSE_POLICY)
                return
            await self._process(message)

    async def _process(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        if kind == "ping":
            await self._send_json({"type": "pong"})
        elif kind == "leave":
            self._said_goodbye = True
            await self.close(CLOSE_NORMAL)
        elif kind == "finish":
            if self.participant.is_teacher:
                self._said_goodbye = True
                await self._finish("finished")
        elif kind == "chat":
            sent_at = int((time.time() + self._ahead) * 1000)
            await self._broadcast(await self._store_chat_line({**message, "sent_at": sent_at}))
        else:
            await self._broadcast(message)

    async def _finish(self, reason: str) -> None:
        """End the session for both, because the teacher did or its time is over."""
        await until_stored(reports.report_finished, self.participant, self.name)
        await self._broadcast({"type": "end", "reason": reason})

    async def _store_chat_line(self, message: dict[str, Any]) -> dict[str, Any]:
        """Store a chat line while the room is open, for those who join later or reload."""
        line = {**message, "user": self.presence.user_id}
        key = local_room.chat_key(self.participant.session_id)
        async with self._hub.redis.pipeline() as pipe:
            pipe.rpush(key, orjson.dumps(line))
            pipe.ltrim(key, -CHAT_LINES, -1)
            pipe.expire(key, local_room.KEEP_SECONDS)
            await pipe.execute()
        return line

    async def _forward_messages(self, queue: Queue) -> None:
        """Forward the messages of others in the room to this browser."""
        while True:
            data = await queue.get()
            if data is None:
                await self.close(CLOSE_TRY_AGAIN)
                return
            message = orjson.loads(data)
            if message.get("type") == "end":
                reason = str(message.get("reason", "ended"))
                self._said_goodbye = True
                await self.close(CLOSE_NORMAL, reason)
                return
            if message.get("type") == "look":
                self._look.set()
                continue
            if self._is_replaced_by(message):
                await self.close(CLOSE_NORMAL, "elsewhere")
                return
            if self._is_for_me(message):
                await self._send_json(message)

    def _is_replaced_by(self, message: dict[str, Any]) -> bool:
        """Whether the same member joined again, in another window or after an interruption."""
        return (
            message.get("type") == "joined"
            and message.get("user") == self.presence.user_id
            and message.get("connection") != self.name
        )

    def _is_for_me(self, message: dict[str, Any]) -> bool:
        if message.get("type") == "chat":
            return True
        if message.get("user") == self.presence.user_id:
            return False
        return message.get("to") in (None, self.presence.page)

    async def _watch_permission(self) -> None:
        """Every few seconds, record presence and check that the member may still be in the room."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_SECONDS):
                    await self._look.wait()
            self._look.clear()
            await self._record_presence()
            me = self.participant
            try:
                participant, reason = await in_thread(
                    reports.look_up, me.kind, me.session_id, me.user_id, me.sign_in
                )
            except Error as error:
                # An unavailable database does not end a call.
                logger.warning("rights in a room can't be looked up: %s", error)
                continue
            if participant is None:
                self._said_goodbye = reason in ("time", "over")
                if reason == "time":
                    await self._finish(reason)
                await self.close(CLOSE_NORMAL if reason else CLOSE_TRY_AGAIN, reason)
                return
            await self._send_json({"type": "clock", **_clock(participant)})

    async def _record_presence(self) -> None:
        key = local_room.presence_key(self.participant.session_id)
        async with self._hub.redis.pipeline() as pipe:
            pipe.zremrangebyscore(key, "-inf", time.time())
            pipe.zadd(key, {self.presence.as_member(): local_room.runs_out_at()})
            pipe.expire(key, local_room.KEEP_SECONDS)
            await pipe.execute()

    async def _record_departure(self) -> None:
        with contextlib.suppress(RedisError):
            key = local_room.presence_key(self.participant.session_id)
            await self._hub.redis.zrem(key, self.presence.as_member())
            await self._broadcast(
                {"type": "left", **_connection_of(self.presence), "goodbye": self._said_goodbye}
            )
        await until_stored(
            reports.report_left, self.participant, self.name, is_deliberate=self._said_goodbye
        )

    async def _send_welcome(self) -> None:
        here = await self._hub.redis.zrangebyscore(
            local_room.presence_key(self.participant.session_id), time.time(), "+inf"
        )
        others = [
            presence
            for presence in local_room.present(here)
            if presence.user_id != self.presence.user_id
        ]
        chat = await self._hub.redis.lrange(local_room.chat_key(self.participant.session_id), 0, -1)
        await self._send_json(
            {
                "type": "welcome",
                "me": self.presence.user_id,
                "leads": self.participant.is_teacher,
                "other": _connection_of(others[-1]) if others else None,
                "ice_servers": self.participant.ice_servers,
                "chat": [orjson.loads(line) for line in chat],
                **_clock(self.participant),
            }
        )

    async def _send_json(self, message: dict[str, Any]) -> None:
        """Send to this browser."""
        await self._send({"type": "websocket.send", "text": orjson.dumps(message).decode()})

    async def _broadcast(self, message: dict[str, Any]) -> None:
        """Send to everybody in the room, in any process."""
        signed = {**message, "user": self.presence.user_id, "page": self.presence.page}
        await self._hub.publish(self._channel, orjson.dumps(signed))


def _connection_of(presence: Presence) -> dict[str, str]:
    return {"connection": presence.connection, "page": presence.page}


def _clock(participant: Participant) -> dict[str, int]:
    """Seconds left until the scheduled end, and until the room closes."""
    return {
        "seconds_left": int((participant.ends_at - participant.now).total_seconds()),
        "seconds_open": int((participant.closes_at - participant.now).total_seconds()),
    }


def _start_background_task(job: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Start a task that continues after the socket is closed."""
    task = asyncio.create_task(job)
    _background.add(task)
    task.add_done_callback(_background.discard)
    return task
