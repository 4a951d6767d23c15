"""One port: ``/live/`` is a raw ASGI app for long connections, everything else is Django as WSGI.

Django under ASGI costs about three times the processor time of a page, and a stream inside a Django
view holds a thread and a database connection for its whole life (docs/adr/0003).
"""

from typing import Any

from django.template import loader

from peerloop.kit.bodies import Bodies
from peerloop.kit.bridge import Bridge, Message
from peerloop.kit.early_refusals import EarlyRefusal
from peerloop.kit.paths import LIVE
from peerloop.kit.pools import PAGES, PASSWORDS, Pool, pool_of
from peerloop.kit.uploads import body_limits
from peerloop.live import live
from peerloop.wsgi import application as django


def _page(refusal: EarlyRefusal) -> bytes:
    context = {"message": refusal.message, "retry_after": refusal.retry_after}
    return loader.render_to_string("unavailable.html", context).encode()


pages = Bridge(
    django,
    # Threads wait for the database; more would only compete for the interpreter. Those that wait
    # for a provider hold up no page.
    pools={
        PAGES: Pool(threads=4, wait_seconds=10, waiting=8),
        PASSWORDS: Pool(threads=2, wait_seconds=3),
    },
    pool_of=pool_of,
    bodies=Bodies(body_limits),
    page_of=_page,
)


# granian names itself where an answer names no server (security HDR-3).
NO_NAME = (b"server", b"")


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Send ``/live/`` to the live app, everything else to Django."""

    async def send_unnamed(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), NO_NAME]
        await send(message)

    if scope["type"] == "websocket":
        await live(scope, receive, send)
    elif scope["path"].startswith(LIVE):
        await live(scope, receive, send_unnamed)
    else:
        await pages(scope, receive, send_unnamed)
