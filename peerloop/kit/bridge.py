"""Django as WSGI inside an ASGI server: one visit to a thread for each request.

a2wsgi passes each piece of an answer through a queue between threads, which costs 0.2 ms of
processor time a request where this costs 0.04 (docs/adr/0003).
"""

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

# A body up to this size is read before a thread is taken: a slow sender holds none.
SMALL_BODY = 64 * 1024
# Files are sent in pieces of at least this size: each costs a visit to the event loop.
PIECE = 64 * 1024
WITHOUT_BODY = {"GET", "HEAD", "OPTIONS"}


class Bridge:
    """An ASGI application for HTTP that runs a WSGI application in a few threads.

    A database connection belongs to each thread, so the threads also bound the connections.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]], *, threads: int) -> None:
        self._application = application
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="wsgi")

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request. A client that leaves before its body has come gets no answer."""
        loop = asyncio.get_running_loop()
        environ = environ_of(scope)
        body: Any = None
        if scope["method"] not in WITHOUT_BODY:
            body = await _body(environ, receive, loop)
        environ["wsgi.input"] = body or io.BytesIO()
        stream = _Stream(send, loop)
        last = await loop.run_in_executor(self._pool, self._run, environ, stream)
        for message in last:
            await send(message)

    def _run(self, environ: dict[str, Any], stream: "_Stream") -> list[Message]:
        """Run the application in this thread; returns the messages that are still to be sent."""
        head: Message = {"type": "http.response.start"}

        def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
            head["status"] = int(status[:3])
            head["headers"] = [
                (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers
            ]

        answer = self._application(environ, start_response)
        try:
            if getattr(answer, "streaming", False):
                stream.send(head)
                for piece in _large(answer):
                    stream.send(_part(piece, more=True))
                return [_part(b"", more=False)]
            return [head, _part(b"".join(answer), more=False)]
        finally:
            # Here and not later: Django gives back this thread's database connection.
            close = getattr(answer, "close", None)
            if close is not None:
                close()


class _Stream:
    """Sends from a thread, and waits until the client has taken it."""

    def __init__(self, send: Send, loop: asyncio.AbstractEventLoop) -> None:
        self._send = send
        self._loop = loop

    def send(self, message: Message) -> None:
        asyncio.run_coroutine_threadsafe(_awaited(self._send, message), self._loop).result()


class _LargeBody(io.RawIOBase):
    """A body that is read by the thread piece by piece, and never lies in memory as a whole."""

    def __init__(self, receive: Receive, loop: asyncio.AbstractEventLoop, begun: bytes) -> None:
        self._receive = receive
        self._loop = loop
        self._piece = begun
        self._more = True

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """The next bytes; 0 at the end, also when the client has left."""
        while not self._piece and self._more:
            future = asyncio.run_coroutine_threadsafe(_awaited(self._receive), self._loop)
            message = future.result()
            self._piece = message.get("body", b"")
            self._more = message.get("more_body", False)
        taken = self._piece[: len(buffer)]
        self._piece = self._piece[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)


async def _awaited(function: Callable[..., Awaitable[Any]], *arguments: Any) -> Any:
    # A thread can only hand in coroutines, and granian's functions return futures.
    return await function(*arguments)


async def _body(
    environ: Mapping[str, Any], receive: Receive, loop: asyncio.AbstractEventLoop
) -> Any:
    """The body of a request: all of it where it is small."""
    message = await receive()
    body = message.get("body", b"")
    while message.get("more_body", False) and len(body) <= SMALL_BODY:
        message = await receive()
        body += message.get("body", b"")
    if not message.get("more_body", False):
        return io.BytesIO(body)
    return io.BufferedReader(_LargeBody(receive, loop, body), PIECE)


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
