"""Distributes what is published in Redis under ``live:*`` to the connections of this process.

One subscription a process, however many connections: each connection has a queue of bounded length,
and one that does not keep up is closed.
"""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import AsyncIterator

import redis.asyncio as redis
from django.conf import settings
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

PATTERN = "live:*"
QUEUE_LENGTH = 256
RETRY_SECONDS = 1.0
SOCKET_SECONDS = 5

# Put into a queue in place of a message: the subscription has ended.
CLOSED = None
Queue = asyncio.Queue[bytes | None]


class Hub:
    """The Redis subscription of one event loop, and the queues of its connections."""

    def __init__(self) -> None:
        self.redis = redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=SOCKET_SECONDS
        )
        self._queues: dict[str, set[Queue]] = defaultdict(set)
        self._listening = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @contextlib.asynccontextmanager
    async def listen(self, *channels: str) -> AsyncIterator[Queue]:
        """A queue of the messages published on the channels from now on; may raise RedisError."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        queue: Queue = asyncio.Queue(QUEUE_LENGTH)
        for channel in channels:
            self._queues[channel].add(queue)
        try:
            await self._wait_until_listening()
            yield queue
        finally:
            for channel in channels:
                self._queues[channel].discard(queue)
                if not self._queues[channel]:
                    del self._queues[channel]

    async def publish(self, channel: str, message: bytes) -> None:
        """Send a message to the listeners of the channel in all processes."""
        await self.redis.publish(channel, message)

    async def _wait_until_listening(self) -> None:
        try:
            async with asyncio.timeout(SOCKET_SECONDS):
                await self._listening.wait()
        except TimeoutError:
            raise RedisError("no subscription") from None

    async def _run(self) -> None:
        """Hold the subscription; if it breaks, close all connections: browsers reconnect."""
        while True:
            try:
                await self._receive()
            except (RedisError, OSError) as error:
                logger.warning("live updates wait for Redis: %s", error)
            finally:
                self._listening.clear()
                self._close_all()
            await asyncio.sleep(RETRY_SECONDS)

    async def _receive(self) -> None:
        async with self.redis.pubsub(ignore_subscribe_messages=False) as pubsub:
            await pubsub.psubscribe(PATTERN)
            while True:
                message = await pubsub.get_message(timeout=SOCKET_SECONDS)
                if message is None:
                    # Fails if Redis is gone without having closed the connection.
                    await pubsub.ping()
                elif message["type"] == "psubscribe":
                    self._listening.set()
                elif message["type"] == "pmessage":
                    self._hand_out(message["channel"].decode(), message["data"])

    def _hand_out(self, channel: str, data: bytes) -> None:
        for queue in list(self._queues.get(channel, ())):
            _put(queue, data)

    def _close_all(self) -> None:
        for queues in list(self._queues.values()):
            for queue in list(queues):
                _put(queue, CLOSED)


def _put(queue: Queue, item: bytes | None) -> None:
    try:
        queue.put_nowait(item)
    except asyncio.QueueFull:
        # Too slow: drop the rest and close it.
        while not queue.empty():
            queue.get_nowait()
        queue.put_nowait(CLOSED)


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        for old in [known for known in _hubs if known.is_closed()]:
            del _hubs[old]
        _hubs[loop] = Hub()
    return _hubs[loop]
