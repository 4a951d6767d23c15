"""The socket of our own room: two people's browsers find each other and talk (security RTC-1).

A connection is admitted by a ticket that works once, hears its room's channel in Redis, and ends
when either side goes, the person loses the right to be there, or nothing was heard for a while.
Coming and going is reported to the inbox as a vendor's webhook would be.
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
from peerloop.live_reports import Guest, in_thread, until_stored
from peerloop.live_words import LARGEST_MESSAGE, Bucket, understood
from scheduling import local_room
from scheduling.local_room import Presence

logger = logging.getLogger(__name__)

# Browsers send a sign of life every ten seconds.
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
    """One WebSocket: admit, connect, run, report."""
    await receive()
    try:
        guest, page = await _admit(scope)
    except (RedisError, Error) as error:
        logger.warning("no socket now: %s", error)
        guest, page = None, ""
    if guest is None:
        await send({"type": "websocket.close", "code": CLOSE_FORBIDDEN})
        return
    await send({"type": "websocket.accept"})
    connection = Connection(guest, page, hub(), receive, send)
    try:
        await connection.run()
    except RedisError as error:
        logger.warning("a socket ends without Redis: %s", error)
        await connection.close(CLOSE_TRY_AGAIN)


async def _admit(scope: Any) -> tuple[Guest | None, str]:
    """The guest and their page's name, if origin, ticket and session allow it."""
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    page = query.get("page", [""])[0]
    ticket = local_room.read_ticket(query.get("ticket", [""])[0])
    if ticket is None or not _is_own_origin(scope) or not page.isalnum() or len(page) > 40:
        return None, ""
    key = local_room.ticket_key(ticket)
    seconds = local_room.TICKET_SECONDS * 2
    if not await hub().redis.set(key, b"1", nx=True, ex=seconds):
        return None, ""
    guest, _ = await in_thread(reports.look_up, ticket.session_id, ticket.user_id)
    return guest, page


def _is_own_origin(scope: Any) -> bool:
    """Browsers always say which site opened the socket: only ours may (ASVS 4.4.2)."""
    headers = {name.lower(): value.decode("latin-1") for name, value in scope.get("headers", [])}
    origin, host = headers.get(b"origin", ""), headers.get(b"host", "")
    if origin == settings.BASE_URL:
        return True
    name, _ = split_domain_port(host)
    same = bool(host) and urlsplit(origin).netloc.lower() == host.lower()
    return same and validate_host(name, settings.ALLOWED_HOSTS)


class Connection:
    """One admitted socket of one person."""

    def __init__(self, guest: Guest, page: str, hub: Hub, receive: Any, send: Any) -> None:
        self.guest = guest
        # A demo's clock runs ahead of ours.
        self._ahead = guest.now.timestamp() - time.time()
        self.name = secrets.token_hex(8)
        self.presence = Presence(str(guest.user_id), self.name, page)
        self._hub = hub
        self._receive = receive
        self._send = send
        self._channel = local_room.channel_of(guest.session_id)
        self._heard_at = time.monotonic()
        self._bucket = Bucket()
        self._malformed = 0
        self._is_closed = False
        self._said_goodbye = False
        self._look = asyncio.Event()

    async def run(self) -> None:
        """Be in the room until something ends it; whatever ends it, the departure is told."""
        async with self._hub.listen(self._channel) as queue:
            await self._note_presence()
            _later(until_stored(reports.report_joined, self.guest, self.name))
            try:
                await self._welcome()
                await self._tell({"type": "joined", **_whereabouts(self.presence)})
                await self._until_one_ends(
                    self._read(), self._write(queue), self._look_after_rights()
                )
            finally:
                # In a task of its own: a server that shuts down cancels this one.
                await asyncio.shield(_later(self._depart()))

    async def close(self, code: int = CLOSE_NORMAL, reason: str = "") -> None:
        """End the socket; the browser is told why if it should not come back."""
        if self._is_closed:
            return
        self._is_closed = True
        with contextlib.suppress(Exception):
            if reason:
                await self._say({"type": "end", "reason": reason})
            await self._send({"type": "websocket.close", "code": code})

    async def _until_one_ends(self, *jobs: Coroutine[Any, Any, None]) -> None:
        tasks = [asyncio.create_task(job) for job in jobs]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def _read(self) -> None:
        """What the browser says, as long as it says something now and then."""
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
                await self._take(event)
            if self._is_closed:
                return

    async def _take(self, event: Any) -> None:
        text = event.get("text")
        size = len(text.encode("utf-8", "replace")) if text else len(event.get("bytes") or b"")
        if size > LARGEST_MESSAGE:
            await self.close(CLOSE_TOO_LARGE)
        elif not self._bucket.take():
            await self.close(CLOSE_TOO_FAST)
        else:
            message = understood(text) if text else None
            if message is None:
                self._malformed += 1
                if self._malformed > MOST_MALFORMED:
                    await self.close(CLOSE_POLICY)
                return
            await self._act(message)

    async def _act(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        if kind == "ping":
            await self._say({"type": "pong"})
        elif kind == "leave":
            self._said_goodbye = True
            await self.close(CLOSE_NORMAL)
        elif kind == "finish":
            if self.guest.is_teacher:
                self._said_goodbye = True
                await self._finish("finished")
        elif kind == "chat":
            sent_at = int((time.time() + self._ahead) * 1000)
            await self._tell(await self._kept({**message, "sent_at": sent_at}))
        else:
            await self._tell(message)

    async def _finish(self, reason: str) -> None:
        """The teacher ends the session for both, or its time is over."""
        await until_stored(reports.report_finished, self.guest, self.name)
        await self._tell({"type": "end", "reason": reason})

    async def _kept(self, message: dict[str, Any]) -> dict[str, Any]:
        """The chat is kept as long as the room may be used, for who comes later or reloads."""
        line = {**message, "user": self.presence.user_id}
        key = local_room.chat_key(self.guest.session_id)
        async with self._hub.redis.pipeline() as pipe:
            pipe.rpush(key, orjson.dumps(line))
            pipe.ltrim(key, -CHAT_LINES, -1)
            pipe.expire(key, local_room.KEEP_SECONDS)
            await pipe.execute()
        return line

    async def _write(self, queue: Queue) -> None:
        """What others in the room said."""
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
                await self._say(message)

    def _is_replaced_by(self, message: dict[str, Any]) -> bool:
        """The same person came in again, in another window or after a cut."""
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

    async def _look_after_rights(self) -> None:
        """Every few seconds: a sign of life, and whether this person may still be here."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_SECONDS):
                    await self._look.wait()
            self._look.clear()
            await self._note_presence()
            try:
                guest, reason = await in_thread(
                    reports.look_up, self.guest.session_id, self.guest.user_id
                )
            except Error as error:
                # Two people who talk are not thrown out because our database is away.
                logger.warning("rights in a room can't be looked up: %s", error)
                continue
            if guest is None:
                self._said_goodbye = reason in ("time", "over")
                if reason == "time":
                    await self._finish(reason)
                await self.close(CLOSE_NORMAL, reason)
                return
            await self._say({"type": "clock", **_clock(guest)})

    async def _note_presence(self) -> None:
        key = local_room.presence_key(self.guest.session_id)
        async with self._hub.redis.pipeline() as pipe:
            pipe.zremrangebyscore(key, "-inf", time.time())
            pipe.zadd(key, {self.presence.as_member(): local_room.runs_out_at()})
            pipe.expire(key, local_room.KEEP_SECONDS)
            await pipe.execute()

    async def _depart(self) -> None:
        with contextlib.suppress(RedisError):
            key = local_room.presence_key(self.guest.session_id)
            await self._hub.redis.zrem(key, self.presence.as_member())
            await self._tell(
                {"type": "left", **_whereabouts(self.presence), "goodbye": self._said_goodbye}
            )
        await until_stored(
            reports.report_left, self.guest, self.name, is_deliberate=self._said_goodbye
        )

    async def _welcome(self) -> None:
        here = await self._hub.redis.zrangebyscore(
            local_room.presence_key(self.guest.session_id), time.time(), "+inf"
        )
        others = [
            presence
            for presence in local_room.present(here)
            if presence.user_id != self.presence.user_id
        ]
        chat = await self._hub.redis.lrange(local_room.chat_key(self.guest.session_id), 0, -1)
        await self._say(
            {
                "type": "welcome",
                "me": self.presence.user_id,
                "leads": self.guest.is_teacher,
                "other": _whereabouts(others[-1]) if others else None,
                "ice_servers": self.guest.ice_servers,
                "chat": [orjson.loads(line) for line in chat],
                **_clock(self.guest),
            }
        )

    async def _say(self, message: dict[str, Any]) -> None:
        """To this browser."""
        await self._send({"type": "websocket.send", "text": orjson.dumps(message).decode()})

    async def _tell(self, message: dict[str, Any]) -> None:
        """To everybody in the room, in any process."""
        signed = {**message, "user": self.presence.user_id, "page": self.presence.page}
        await self._hub.publish(self._channel, orjson.dumps(signed))


def _whereabouts(presence: Presence) -> dict[str, str]:
    return {"connection": presence.connection, "page": presence.page}


def _clock(guest: Guest) -> dict[str, int]:
    """Seconds left until the scheduled end, and until the room closes."""
    return {
        "seconds_left": int((guest.ends_at - guest.now).total_seconds()),
        "seconds_open": int((guest.closes_at - guest.now).total_seconds()),
    }


def _later(job: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """A task that goes on when the socket is gone."""
    task = asyncio.create_task(job)
    _background.add(task)
    task.add_done_callback(_background.discard)
    return task
