"""Mail under failures: a local mail provider and real Celery workers, of which one is killed."""

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from subprocess import DEVNULL, Popen
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

from accounts.tests.resend_stand_in import Resend
from development import PROJECT
from development.processes import spawn

CELERY = [sys.executable, "-m", "celery", "--quiet", "-A", "peerloop.celery:app"]
WORKER = ["worker", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]


class SlowProvider(Resend):
    """A slow stand-in for Resend that can kill a worker while it waits for the response.

    Each worker has its own API key, which identifies the caller.
    """

    def __init__(self, *, answer_seconds: float) -> None:
        super().__init__(answer_seconds=answer_seconds)
        self.keys: list[str] = []
        self.killed = ""
        self._deadly: tuple[int, Callable[[str], None]] | None = None

    def kill_caller(self, number: int, kill: Callable[[str], None]) -> None:
        """Accept the call, but kill the calling worker before it gets the response."""
        self._deadly = (number, kill)

    def answer(
        self, path: str, headers: dict[str, str], body: Any
    ) -> tuple[int, dict[str, Any], dict[str, str]]:
        """Answer like the base class; the mail counts as sent even if the caller is killed."""
        key = headers["Authorization"].removeprefix("Bearer ")
        given = super().answer(path, headers, body)
        with self._lock:
            self.keys.append(headers["Idempotency-Key"])
            is_deadly = self._deadly is not None and len(self.keys) == self._deadly[0]
        if is_deadly and self._deadly is not None:
            self._deadly[1](key)
            self.killed = key
        return given


@contextmanager
def serving(post: SlowProvider) -> Iterator[str]:
    """Run the stand-in for the block; yields its URL."""

    class SlowProviderHandler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer, headers = post.answer(self.path, self.headers, body)  # type: ignore[arg-type]
            text = json.dumps(answer).encode()
            try:
                self.send_response(status)
                for name, value in {**headers, "Content-Type": "application/json"}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)
            except ConnectionError:
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    class QuietServer(ThreadingHTTPServer):
        def handle_error(self, *_: Any) -> None:
            """Ignore connections of killed workers."""

    with QuietServer(("127.0.0.1", 0), SlowProviderHandler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def worker(key: str, url: str, *options: str) -> Popen[bytes]:
    """A real Celery worker on the database and Redis of this process, with that API key."""
    return spawn([*CELERY, *WORKER, *options], env=_environment(key, url), output=DEVNULL)


def beat(url: str, schedule: str) -> Popen[bytes]:
    """Celery's beat, which starts the sweeps."""
    options = ["beat", "--loglevel", "WARNING", "--pidfile", "", "--schedule", schedule]
    return spawn([*CELERY, *options], env=_environment("re_beat", url), output=DEVNULL)


def _environment(key: str, url: str) -> dict[str, str]:
    parts = urlsplit(os.environ["DATABASE_URL"])
    database = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "peerloop.settings",
        "PYTHONPATH": str(PROJECT),
        "DATABASE_URL": database,
        "REDIS_URL": settings.REDIS_URL,
        "EMAIL_PROVIDER": "resend",
        "RESEND_API_KEY": key,
        "RESEND_API_URL": url,
    }
