"""A client for the room's WebSocket that calls the ASGI app directly."""

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

from peerloop.live import live

PATIENCE_SECONDS = 10
ORIGIN = "http://localhost:8000"


class Socket:
    """One WebSocket to the live app; use it as a context manager."""

    def __init__(self, ticket: str, *, page: str = "page1", origin: str | None = ORIGIN) -> None:
        headers = [(b"host", b"localhost:8000")]
        if origin is not None:
            headers.append((b"origin", origin.encode()))
        self.scope = {
            "type": "websocket",
            "path": "/live/room",
            "query_string": urlencode({"ticket": ticket, "page": page}).encode(),
            "headers": headers,
        }
        self._in: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._out: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._is_receiving = False
        self._held: list[dict[str, Any]] = []

    async def __aenter__(self) -> "Socket":
        await self._in.put({"type": "websocket.connect"})
        self.task = asyncio.create_task(live(self.scope, self._receive, self._send))
        first = await self._next()
        self.is_open = first["type"] == "websocket.accept"
        self.code = first.get("code")
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.cut()
        await asyncio.wait_for(self.task, PATIENCE_SECONDS)

    async def say(self, message: Any) -> None:
        """Send JSON, or text as it is."""
        text = message if isinstance(message, str) else json.dumps(message)
        await self._in.put({"type": "websocket.receive", "text": text})

    async def cut(self) -> None:
        """Disconnect without a close message."""
        await self._in.put({"type": "websocket.disconnect", "code": 1006})

    async def hear(self, kind: str) -> dict[str, Any]:
        """The next message of that type, skipping others. Fails if the socket closes."""
        while True:
            event = await self._next()
            assert event["type"] == "websocket.send", f"closed before {kind}: {event}"
            message: dict[str, Any] = json.loads(event["text"])
            if message["type"] == kind:
                return message

    async def closed(self) -> int:
        """The code with which the server closes."""
        while True:
            event = await self._next()
            if event["type"] == "websocket.close":
                return int(event["code"])

    async def silence(self, seconds: float = 0.3) -> list[dict[str, Any]]:
        """All messages that arrive within a short time."""
        heard = []
        deadline = asyncio.get_running_loop().time() + seconds
        while (left := deadline - asyncio.get_running_loop().time()) > 0:
            try:
                heard.append(await asyncio.wait_for(self._out.get(), left))
            except TimeoutError:
                break
        return heard

    async def _receive(self) -> dict[str, Any]:
        self._is_receiving = True
        try:
            event = await self._in.get()
            for held in self._held:
                await self._out.put(held)
            return event
        finally:
            self._is_receiving = False

    async def _send(self, event: dict[str, Any]) -> None:
        """As Granian does: a close waits until the server no longer waits for the browser."""
        if event["type"] == "websocket.close" and self._is_receiving:
            self._held.append(event)
        else:
            await self._out.put(event)

    async def _next(self) -> dict[str, Any]:
        return await asyncio.wait_for(self._out.get(), PATIENCE_SECONDS)
