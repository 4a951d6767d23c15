"""Django as WSGI inside an ASGI server: one visit to a thread for each request.

A thread never waits for a client: bodies are read before it is taken (kit/bodies.py), and a file
is read piece by piece, with a visit to another thread for each. a2wsgi passes each piece of an
answer through a queue between threads, which costs 0.2 ms of processor time a request where this
costs 0.04 (docs/adr/0003).
"""

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from peerloop.kit.bodies import Bodies, ClientLeft, Message, Receive
from peerloop.kit.early_refusals import EarlyRefusal, PageOf, answer_of
from peerloop.kit.pools import Pool

Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

# Files are sent in pieces of at least this size: each costs a visit to a thread.
PIECE = 64 * 1024
WITHOUT_BODY = {"GET", "HEAD", "OPTIONS"}
# How long a client may take for one piece of a file.
SEND_SECONDS = 30.0


class Bridge:
    """An ASGI application for HTTP that runs a WSGI application in a few threads.

    A database connection belongs to each thread, so the threads also bound the connections. The
    pieces of a streaming answer may come from different threads: they must not need the database.
    """

    def __init__(
        self,
        application: Callable[..., Iterable[bytes]],
        *,
        pools: Mapping[str, Pool],
        pool_of: Callable[[str, str], str],
        bodies: Bodies,
        page_of: PageOf,
        send_seconds: float = SEND_SECONDS,
    ) -> None:
        self._application = application
        self._pools = pools
        self._pool_of = pool_of
        self._bodies = bodies
        self._page_of = page_of
        self._send_seconds = send_seconds

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request. A client that leaves before its body has come gets no answer."""
        environ = environ_of(scope)
        try:
            if scope["method"] in WITHOUT_BODY:
                environ["wsgi.input"] = io.BytesIO()
                await self._answer(environ, scope, send)
            else:
                async with self._bodies.read(environ, scope["path"], receive) as body:
                    environ["wsgi.input"] = body
                    await self._answer(environ, scope, send)
        except EarlyRefusal as refusal:
            headers, content = answer_of(refusal, scope["path"], self._page_of)
            start = {"type": "http.response.start", "status": refusal.status, "headers": headers}
            await send(start)
            await send(_part(content, more=False))
        except ClientLeft:
            return

    async def _answer(self, environ: dict[str, Any], scope: Mapping[str, Any], send: Send) -> None:
        pool = self._pools[self._pool_of(scope["method"], scope["path"])]
        head, rest = await pool.run(self._run, environ)
        if isinstance(rest, bytes):
            await send(head)
            await send(_part(rest, more=False))
            return
        try:
            await self._stream(head, rest, send)
        finally:
            await asyncio.to_thread(_close, rest)

    def _run(self, environ: dict[str, Any]) -> tuple[Message, Any]:
        """Run the application in this thread; returns the head, and all of the body or a stream."""
        head: Message = {"type": "http.response.start"}

        def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
            head["status"] = int(status[:3])
            head["headers"] = [
                (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers
            ]

        answer = self._application(environ, start_response)
        if getattr(answer, "streaming", False):
            return head, answer
        try:
            return head, b"".join(answer)
        finally:
            # Here and not later: Django gives back this thread's database connection.
            _close(answer)

    async def _stream(self, head: Message, answer: Iterable[bytes], send: Send) -> None:
        """Send a piece at a time; a client that does not take it in time is given up."""
        pieces = _large(answer)
        await send(head)
        while piece := await asyncio.to_thread(next, pieces, b""):
            try:
                async with asyncio.timeout(self._send_seconds):
                    await send(_part(piece, more=True))
            except TimeoutError:
                return
        await send(_part(b"", more=False))


def _close(answer: Any) -> None:
    close = getattr(answer, "close", None)
    if close is not None:
        close()


def environ_of(scope: Mapping[str, Any]) -> dict[str, Any]:
    """The WSGI environment of an ASGI request, without its body."""
    host, port = scope.get("server") or ("localhost", 80)
    address, client_port = scope.get("client") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 0),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": address,
        "REMOTE_PORT": str(client_port),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    _add_headers(environ, scope["headers"])
    return environ


def _add_headers(environ: dict[str, Any], headers: Headers) -> None:
    for name, value in headers:
        key, text = environ_name(name), value.decode("latin-1")
        if key in environ:
            # HTTP/2 sends each cookie as a header of its own.
            text = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{text}"
        environ[key] = text


@lru_cache(maxsize=512)
def environ_name(name: bytes) -> str:
    """The name of a header in the WSGI environment."""
    key = name.decode("latin-1").upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


def _large(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of at least PIECE, but the last."""
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= PIECE:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


def _part(body: bytes, *, more: bool) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}
