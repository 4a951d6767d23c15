"""A client for server-sent events that calls the ASGI app directly."""

import asyncio
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from peerloop.kit.navigation import declared
from peerloop.live import live

PATIENCE_SECONDS = 10


class Stream:
    """The stream of one open page; use it as a context manager."""

    def __init__(self, ticket: str, *, session_key: str = "", topics: str = "") -> None:
        cookie = f"{settings.SESSION_COOKIE_NAME}={session_key}"
        self.scope = {
            "type": "http",
            "method": "GET",
            "path": "/live/notices",
            "query_string": urlencode({"ticket": ticket, "topics": topics}).encode(),
            "headers": [(b"host", b"localhost:8000"), (b"cookie", cookie.encode())],
        }
        self._in: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._out: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def __aenter__(self) -> "Stream":
        await self._in.put({"type": "http.request", "body": b"", "more_body": False})
        self.task = asyncio.create_task(live(self.scope, self._in.get, self._out.put))
        first = await self._next()
        self.status = int(first["status"])
        self.headers = dict(first["headers"])
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._in.put({"type": "http.disconnect"})
        await asyncio.wait_for(self.task, PATIENCE_SECONDS)

    async def hear(self) -> str:
        """The next chunk, unparsed."""
        return str((await self._next())["body"].decode())

    async def hear_event(self, name: str = "unread") -> str:
        """The next event of that name, skipping comments and other events."""
        while True:
            text = await self.hear()
            if text.startswith(f"event: {name}\n"):
                return text

    async def hear_numbers(self) -> None:
        """Everything that a new stream says first: the number of each live link."""
        left = {link.live for link in declared() if link.live}
        while left:
            left.discard((await self.hear()).partition("\n")[0].removeprefix("event: "))

    async def _next(self) -> dict[str, Any]:
        return await asyncio.wait_for(self._out.get(), PATIENCE_SECONDS)
