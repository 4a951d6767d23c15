"""Bodies of requests, read in the event loop before a thread is taken: slow senders hold none.

A body has to come at a least rate. It lies in memory while it is small, then in a temporary file.
"""

import asyncio
import contextlib
import io
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import IO, Any

from peerloop.kit.early_refusals import EarlyRefusal

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

SMALL_BODY = 64 * 1024
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Pace:
    """How long a body may take; times in seconds."""

    # Between two pieces.
    idle: float = 10.0
    # For all of it, and one more second for each ``least_rate`` bytes that came.
    grace: float = 20.0
    least_rate: int = 4 * 1024


class ClientLeft(Exception):
    """The connection ended before the body had come."""


class Bodies:
    """Reads the bodies of one process; together they take at most ``most_held`` bytes.

    ``limit_of`` maps a path to the largest body that its view takes, in bytes, and to how much of a
    larger one is read and dropped, so that a browser still shows our answer. It is asked for bodies
    above ``least_limit`` only, which every view takes.
    """

    def __init__(
        self,
        limit_of: Callable[[str], tuple[int, int]],
        *,
        pace: Pace = Pace(),
        least_limit: int = MEGABYTE,
        most_held: int = 512 * MEGABYTE,
    ) -> None:
        self._limit_of = limit_of
        self._pace = pace
        self._least_limit = least_limit
        self._most_held = most_held
        self._held = 0

    @contextlib.asynccontextmanager
    async def read(
        self, environ: MutableMapping[str, Any], path: str, receive: Receive
    ) -> AsyncIterator[IO[bytes]]:
        """The whole body, for the block; empty if it is larger than the view takes.

        The view then refuses it by CONTENT_LENGTH, which is set where the client sent none. Raises
        EarlyRefusal (408 too slow, 503 too many at once) and ClientLeft.
        """
        reading = _Reading(self, receive)
        try:
            yield await reading.run(environ, path)
        finally:
            self._held -= reading.held
            reading.file.close()

    def limits(self, path: str, announced: int | None) -> tuple[int, int]:
        """The largest body that is kept, and up to where a larger one is read."""
        if announced is not None and announced <= self._least_limit:
            return self._least_limit, self._least_limit
        return self._limit_of(path)

    def hold(self, size: int) -> None:
        """Count bytes that are kept; raises EarlyRefusal over the limit of the process."""
        if self._held + size > self._most_held:
            raise EarlyRefusal(
                503, "busy", "Too much is being uploaded. Try again soon.", retry_after=10
            )
        self._held += size

    def seconds_left(self, began: float, size: int) -> float:
        """How long the next piece may take."""
        pace = self._pace
        elapsed = asyncio.get_running_loop().time() - began
        return min(pace.idle, pace.grace + size / pace.least_rate - elapsed)


class _Reading:
    """One body on its way."""

    def __init__(self, bodies: Bodies, receive: Receive) -> None:
        self._bodies = bodies
        self._receive = receive
        self._began = asyncio.get_running_loop().time()
        self._size = 0
        self.held = 0
        self.file: IO[bytes] = io.BytesIO()

    async def run(self, environ: MutableMapping[str, Any], path: str) -> IO[bytes]:
        announced = _length(environ.get("CONTENT_LENGTH"))
        limit, drained = self._bodies.limits(path, announced)
        if announced is not None and announced > limit and drained <= limit:
            return self.file
        more = True
        while more and self._size <= max(limit, drained):
            piece, more = await self._next()
            self._size += len(piece)
            if self._size <= limit:
                await self._keep(piece)
        if self._size > limit:
            self.file.seek(0)
            self.file.truncate()
        environ.setdefault("CONTENT_LENGTH", str(self._size))
        self.file.seek(0)
        return self.file

    async def _next(self) -> tuple[bytes, bool]:
        try:
            async with asyncio.timeout(self._bodies.seconds_left(self._began, self._size)):
                message = await self._receive()
        except TimeoutError:
            raise EarlyRefusal(
                408, "request_timeout", "Your request came too slowly. Send it again."
            ) from None
        if message["type"] == "http.disconnect":
            raise ClientLeft
        return message.get("body", b""), message.get("more_body", False)

    async def _keep(self, piece: bytes) -> None:
        self._bodies.hold(len(piece))
        self.held += len(piece)
        if self._size <= SMALL_BODY:
            self.file.write(piece)
            return
        loop = asyncio.get_running_loop()
        if isinstance(self.file, io.BytesIO):
            piece = self.file.getvalue() + piece
            self.file = await loop.run_in_executor(None, tempfile.TemporaryFile)
        # A disk that stalls must not stall the event loop.
        await loop.run_in_executor(None, self.file.write, piece)


def _length(header: str | None) -> int | None:
    """Content-Length; None where there is none. What is no number is read as nothing by Django."""
    if header is None:
        return None
    return int(header[:16]) if header.isascii() and header.isdecimal() else 0
