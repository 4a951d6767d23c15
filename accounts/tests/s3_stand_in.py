"""A stand-in for an S3 store on a real socket: put, get (also in parts), head, delete."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Store(ThreadingHTTPServer):
    """Objects by path; ``is_down`` answers 503; ``asked`` are the authorisations that came, and
    ``sent`` the sizes of the answers to GET.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.objects: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.sent: list[int] = []
        self.is_down = False


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Store

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _path(self) -> str:
        self.server.asked.append(self.headers.get("Authorization", ""))
        return self.path.partition("?")[0]

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(503 if self.server.is_down else status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.server.sent.append(len(body))
            self.wfile.write(body)

    def _body(self) -> bytes:
        if "aws-chunked" not in self.headers.get("Content-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        content = b""
        while length := int(self.rfile.readline().split(b";")[0], 16):
            content += self.rfile.read(length)
            self.rfile.readline()
        while self.rfile.readline().strip():
            """The checksum that trails."""
        return content

    def do_PUT(self) -> None:
        content = self._body()
        path = self._path()
        if not self.server.is_down:
            self.server.objects[path] = content
        self._answer(200, ETag='"x"')

    def do_GET(self) -> None:
        content = self.server.objects.get(self._path())
        if content is None:
            body = b"<Error><Code>NoSuchKey</Code></Error>"
            self._answer(404, body, Content_Type="application/xml")
            return
        asked = self.headers.get("Range", "").removeprefix("bytes=")
        if asked:
            start, _, end = asked.partition("-")
            part = content[int(start) : int(end or len(content)) + 1]
            said = f"bytes {start}-{int(start) + len(part) - 1}/{len(content)}"
            self._answer(206, part, Content_Range=said, ETag='"x"')
            return
        size = str(len(content))
        self._answer(200, content, Content_Length=size, ETag='"x"', Accept_Ranges="bytes")

    do_HEAD = do_GET

    def do_DELETE(self) -> None:
        self.server.objects.pop(self._path(), None)
        self._answer(204)


@contextmanager
def running() -> Iterator[Store]:
    """A store on a free port of this machine."""
    store = Store()
    thread = threading.Thread(target=store.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield store
    finally:
        store.shutdown()
        store.server_close()
        thread.join(5)
