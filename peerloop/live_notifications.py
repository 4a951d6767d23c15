"""The stream of an open page, as server-sent events: the numbers of its menus, and what happened.

The event of a number has its badge as HTML for htmx; the others say only that there is something to
ask for, "opened" that everything may have changed meanwhile. Every 15 seconds a comment keeps the
connection open, and the session is checked: the stream ends after signing out or a suspension. Each
minute it is decided again which topics of feeds are open to the member.
"""

import asyncio
import contextlib
import logging
import secrets
import time
from collections import Counter
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from django.conf import settings
from django.db import Error
from django.http.cookie import parse_cookie
from redis.exceptions import RedisError

from accounts.identity.queries.sessions import member_in_session
from accounts.notifications import live_count
from community.feeds.live import Heard, heard_by, news_line
from goodwill.summons.actions import record_sign_of_life
from peerloop.kit import clock
from peerloop.kit.markup.pieces import badge
from peerloop.kit.navigation import live_counts
from peerloop.kit.roles import menu_of
from peerloop.live_hub import Hub, Queue, hub
from peerloop.live_reports import in_thread

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 15.0
# How often an open page of a helper counts as a sign of life.
SIGN_SECONDS = 60.0
# How long a page may hear that a feed has news after it closed for its member.
TOPIC_SECONDS = 60.0
# Browsers open six connections to a host: end old streams before pages stop loading.
MOST_NEWER_PAGES = 3
OPENED, CLOSED = b"opened:", b"closed:"
# The first event of every connection: what happened before it may have been missed.
OPEN = "opened"
# Tells htmx (sse-close) not to reconnect; the badge is then updated by the next page.
GOODBYE = b"event: close\ndata: bye\n\n"
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


async def notifications(scope: Any, receive: Any, send: Any) -> None:
    """Check ticket and session, then send the number of unread notifications when it changes."""
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    user_id = live_count.read_ticket(query.get("ticket", [""])[0])
    session_key = _session_key(scope)
    if user_id is None or not session_key or scope.get("method") != "GET":
        await _refuse(send, 403)
        return
    topics = live_count.read_topics(query.get("topics", [""])[0], user_id)
    channels = [live_count.channel_of_topic(topic) for topic in topics]
    stream = Stream(user_id, session_key, topics, hub(), receive, send)
    try:
        async with hub().listen(live_count.channel_of(user_id), *channels) as queue:
            await stream.run(queue)
    except (RedisError, Error) as error:
        logger.warning("no live count now: %s", error)
        if stream.is_started:
            await stream.end()
        else:
            await _refuse(send, 503)


def counts_for(session_key: str, user_id: UUID) -> dict[str, int] | None:
    """The number of each live link of the menus, by its event.

    None if the session ended or the member is suspended.
    """
    user = member_in_session(session_key, user_id)
    return None if user is None else live_counts(menu_of(user).counts)


def sign_of_life(user_id: UUID) -> None:
    """A helper has a page open; for others nothing is written."""
    record_sign_of_life(user_id=user_id, at=clock.now())


def _session_key(scope: Any) -> str:
    cookies = "; ".join(
        value.decode("latin-1") for name, value in scope.get("headers", []) if name == b"cookie"
    )
    return parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME, "")


async def _refuse(send: Any, status: int) -> None:
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


class Stream:
    """The stream of one open page of one member."""

    def __init__(
        self,
        user_id: UUID,
        session_key: str,
        topics: list[str],
        hub: Hub,
        receive: Any,
        send: Any,
    ) -> None:
        self.is_started = False
        self._user_id = user_id
        self._session_key = session_key
        self._hub = hub
        self._receive = receive
        self._send = send
        self._name = secrets.token_hex(8).encode()
        self._newer: set[bytes] = set()
        self._shown: dict[str, int] = {}
        self._happened: list[str] = []
        self._sign_at = 0.0
        self._topics = topics
        self._heard = Heard()
        self._heard_at = 0.0
        # How much each topic has new since that was sent.
        self._news: Counter[str] = Counter()

    async def run(self, queue: Queue) -> None:
        """Send until the page is closed, the session ends, or too many newer pages are open."""
        channel = live_count.channel_of(self._user_id)
        await self._hub.publish(channel, OPENED + self._name)
        tasks = [asyncio.create_task(self._until_gone()), asyncio.create_task(self._write(queue))]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            with contextlib.suppress(RedisError):
                await self._hub.publish(channel, CLOSED + self._name)
        for task in done:
            task.result()

    async def end(self, last: bytes = b"") -> None:
        """End the response; unless GOODBYE is sent, the browser reconnects."""
        with contextlib.suppress(Exception):
            await self._send({"type": "http.response.body", "body": last, "more_body": False})

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            continue

    async def _write(self, queue: Queue) -> None:
        counts = await self._counts()
        await self._decide_topics()
        await self._send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        self.is_started = True
        self._happened.append(OPEN)
        await self._sign_of_life()
        beat_at = time.monotonic() + HEARTBEAT_SECONDS
        while counts is not None:
            await self._say(counts)
            has_news = await self._wait(queue, beat_at)
            if has_news is None:
                await self.end()
                return
            if not has_news:
                await self._send_text(":\n\n")
                await self._sign_of_life()
                beat_at = time.monotonic() + HEARTBEAT_SECONDS
            await self._decide_topics()
            if len(self._newer) >= MOST_NEWER_PAGES:
                break
            # What happened is asked for by the page itself: it need not wait for the numbers.
            is_news_alone = has_news and bool(self._news) and not self._happened
            await self._say({})
            # News of a topic change no number: many pages hear of them at once.
            if not is_news_alone:
                counts = await self._counts()
        await self.end(GOODBYE)

    async def _sign_of_life(self) -> None:
        """Note that a helper's page is open (rule SUM-4)."""
        if time.monotonic() >= self._sign_at:
            self._sign_at = time.monotonic() + SIGN_SECONDS
            await in_thread(sign_of_life, self._user_id)

    async def _decide_topics(self) -> None:
        """Decide which topics are open to the member, if that was not done within a minute."""
        if self._topics and time.monotonic() >= self._heard_at:
            self._heard_at = time.monotonic() + TOPIC_SECONDS
            self._heard = await in_thread(heard_by, self._user_id, self._topics)
            for topic in self._news.keys() - self._heard.topics:
                del self._news[topic]

    async def _say(self, counts: dict[str, int]) -> None:
        """Send the events that happened, and the numbers that changed."""
        # An event without data is ignored by browsers.
        events = [f"event: {event}\ndata: now\n\n" for event in self._happened]
        self._happened.clear()
        for topic, number in sorted(self._news.items()):
            line = news_line(topic, number, is_added=True)
            events.append(f"event: {topic}\ndata: {line}\n\n")
        self._news.clear()
        for event, count in counts.items():
            if self._shown.get(event) != count:
                self._shown[event] = count
                events.append(f"event: {event}\ndata: {badge(count, 'unread') or ' '}\n\n")
        for text in events:
            await self._send_text(text)

    async def _wait(self, queue: Queue, until: float) -> bool | None:
        """Whether a message changed something before ``until``; None if the subscription ended."""
        while True:
            try:
                async with asyncio.timeout(max(until - time.monotonic(), 0)):
                    message = await queue.get()
            except TimeoutError:
                return False
            if message is None:
                return None
            if self._is_relevant(message):
                return True

    def _is_relevant(self, message: bytes) -> bool:
        name = message[len(OPENED) :]
        if message.startswith(OPENED) and name != self._name:
            self._newer.add(name)
            return len(self._newer) >= MOST_NEWER_PAGES
        if message.startswith(CLOSED):
            self._newer.discard(name)
        if message.startswith(live_count.EVENT):
            self._happened.append(message[len(live_count.EVENT) :].decode())
            return True
        if message.startswith(live_count.TOPIC):
            author, _, topic = message[len(live_count.TOPIC) :].decode().partition(":")
            is_heard = author != self._user_id.hex and self._heard.hears(topic, author)
            if is_heard:
                self._news[topic] += 1
            return is_heard
        return message == live_count.CHANGED

    async def _counts(self) -> dict[str, int] | None:
        return await in_thread(counts_for, self._session_key, self._user_id)

    async def _send_text(self, text: str) -> None:
        await self._send({"type": "http.response.body", "body": text.encode(), "more_body": True})
