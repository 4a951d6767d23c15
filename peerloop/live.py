"""Long connections under ``/live/``: a raw ASGI app beside Django (docs/adr/0003).

It may run inside the web process (``peerloop.asgi``) or as a process of its own:
``granian --interface asginl peerloop.live:live``.
"""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerloop.settings")
django.setup()

from peerloop.kit.paths import LIVE  # noqa: E402 - Django's settings come first
from peerloop.live_notifications import notifications  # noqa: E402 - as above
from peerloop.live_room import room  # noqa: E402 - as above

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

SOCKETS = {f"{LIVE}room": room}
STREAMS = {f"{LIVE}notices": notifications}


async def live(scope: Scope, receive: Receive, send: Send) -> None:
    """Dispatch by path: sockets and streams to their handlers; other paths get a 404."""
    if scope["type"] == "websocket":
        handler = SOCKETS.get(scope["path"])
        if handler is None:
            await receive()
            await send({"type": "websocket.close", "code": 4404})
            return
        await handler(scope, receive, send)
    elif scope["type"] == "http":
        stream = STREAMS.get(scope["path"])
        if stream is None:
            await _not_found(send)
        else:
            await stream(scope, receive, send)


async def _not_found(send: Send) -> None:
    body = b'{"code": "not_found", "detail": "There is nothing here.", "fields": {}}'
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": body})
