"""A browser's side of a stream of server-sent events, straight at the ASGI app."""

import asyncio
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from peerloop.live import live

PATIENCE_SECONDS = 10


class Stream:
    """One open page's stream; use it as a context."""

    def __init__(self, ticket: str, *, session_key: str = "") -> None:
        cookie = f"{settings.SESSION_COOKIE_NAME}={session_key}"
        self.scope = {
            "type": "http",
            "method": "GET",
            "path": "/live/notices",
            "query_string": urlencode({"ticket": ticket}).encode(),
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
        """The next piece, as it stands on the line."""
        return str((await self._next())["body"].decode())

    async def hear_event(self) -> str:
        """The next event; comments are passed over."""
        while True:
            text = await self.hear()
            if not text.startswith(":"):
                return text

    async def _next(self) -> dict[str, Any]:
        return await asyncio.wait_for(self._out.get(), PATIENCE_SECONDS)
