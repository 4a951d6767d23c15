"""Web servers to measure: the product with the command of its Dockerfile, and the limit."""

import contextlib
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.meter import Meter, family
from bench.stack import Stack

HOST = "127.0.0.1"
WORKERS = 2
READY_SECONDS = 60
# The limit of performance.md: two processes of one thread each.
LIMIT = (
    f"exec {shlex.quote(sys.executable)} -m granian --interface wsgi --host 0.0.0.0 --port 8000"
    f" --workers {WORKERS} --blocking-threads 1 --no-ws --log-level error"
    " bench.limit.wsgi:application"
)


@dataclass(frozen=True)
class Server:
    """A running web server with its database."""

    port: int
    pid: int
    stack: Stack
    database: str

    def meters(self) -> tuple[Meter, Meter]:
        """Meters of the application's processes and of its database connections."""
        return (
            Meter(lambda: family(self.pid)),
            Meter(lambda: self.stack.backends_of(self.database)),
        )


def shipped_command(checkout: Path) -> str:
    """The shell command with which the checkout's Dockerfile starts the web server."""
    dockerfile = (checkout / "Dockerfile").read_text()
    found = re.search(r"^CMD (\[.*\])$", dockerfile, re.MULTILINE)
    if found is None:
        raise RuntimeError(f"{checkout}/Dockerfile has no CMD in the form of a list")
    words = json.loads(found[1])
    return words[2] if words[:2] == ["sh", "-c"] else shlex.join(words)


@contextlib.contextmanager
def serving(
    command: str, checkout: Path, environment: Mapping[str, str], stack: Stack, database: str
) -> Iterator[Server]:
    """Run a server by a shell command on a free port, for the block."""
    port = _free_port()
    command = command.replace("0.0.0.0", HOST).replace("--port 8000", f"--port {port}")
    tools = Path(sys.executable).parent
    process = subprocess.Popen(
        ["sh", "-c", command],
        cwd=checkout,
        env={
            **os.environ,
            "PATH": f"{tools}:{os.environ['PATH']}",
            "PYTHONPATH": str(checkout),
            "WEB_WORKERS": str(WORKERS),
            **environment,
        },
        start_new_session=True,
    )
    try:
        _wait_for(port, process)
        yield Server(port, process.pid, stack, database)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            threading.Event().wait(0.1)
        else:
            return
    raise RuntimeError("the server did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
