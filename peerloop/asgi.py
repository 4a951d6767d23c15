"""One port: ``/live/`` is a raw ASGI app for long connections, everything else is Django as WSGI.

Django under ASGI costs about three times the processor time of a page, and a stream inside a Django
view holds a thread and a database connection for its whole life (docs/adr/0003).
"""

from typing import Any, cast

from a2wsgi import WSGIMiddleware

from peerloop.live import live
from peerloop.wsgi import application as pages

WORKERS = 10
# Django's types and a2wsgi's describe the same protocol in different words.
_pages: Any = WSGIMiddleware(cast(Any, pages), workers=WORKERS)


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Dispatch by path."""
    if scope["type"] == "websocket" or scope["path"].startswith("/live/"):
        await live(scope, receive, send)
    else:

        async def read() -> Any:
            # a2wsgi hands this to another thread and wants a coroutine; granian gives a future.
            return await receive()

        await _pages(scope, read, send)
