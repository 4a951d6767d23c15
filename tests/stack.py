"""Runs `manage.py dev` for tests that need all processes of PeerLoop, or kill some of them."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

from development import PROJECT
from development.processes import kill_session, spawn, wait_until

READY = "PeerLoop is ready: "
START_SECONDS = 150
STOP_SECONDS = 20
# Set by the test run itself; a new stack must not inherit it.
OF_THE_TESTS = re.compile(r"PEERLOOP_(?!BROWSER)|DATABASE_URL$|REDIS_URL$|DJANGO_|PYTEST_|DEBUG$")


def free_port() -> int:
    """A TCP port that is free at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment(**extra: str) -> dict[str, str]:
    """The environment without the settings of the test run."""
    kept = {name: value for name, value in os.environ.items() if not OF_THE_TESTS.match(name)}
    return kept | extra


class Stack:
    """One run of `manage.py dev` as a child of the tests."""

    def __init__(
        self,
        data_dir: Path,
        *options: str,
        port: int | None = None,
        env: dict[str, str] | None = None,
        python: str = sys.executable,
        project: Path = PROJECT,
    ) -> None:
        self.data_dir = data_dir
        self.port = port or free_port()
        self.url = f"http://localhost:{self.port}"
        self.lines: list[str] = []
        self.process: subprocess.Popen[bytes] = spawn(
            [
                *(python, project / "manage.py", "dev"),
                *("--port", str(self.port), "--data-dir", data_dir, *options),
            ],
            env=env or clean_environment(),
            output=subprocess.PIPE,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def said(self) -> str:
        """Everything it printed so far."""
        return "\n".join(self.lines)

    def wait_until_ready(self) -> "Stack":
        """Return once it printed that it is ready; fails with its output if it ends or hangs."""
        if not wait_until(lambda: self.is_ready or self.has_ended, seconds=START_SECONDS):
            self.kill()
            raise AssertionError(f"not ready after {START_SECONDS} s:\n{self.said}")
        assert self.is_ready, f"ended with {self.process.returncode}:\n{self.said}"
        return self

    @property
    def is_ready(self) -> bool:
        """Whether it printed that it is ready."""
        return any(line.startswith(READY) for line in self.lines)

    @property
    def has_ended(self) -> bool:
        """Whether the supervisor ended and all its output was read."""
        return self.process.poll() is not None and not self._reader.is_alive()

    def wait_for_end(self) -> int:
        """The exit code of a stack that ends by itself."""
        assert wait_until(lambda: self.has_ended, seconds=STOP_SECONDS), self.said
        return self.process.returncode

    def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> int:
        """Stop it with the signal; returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
        try:
            return self.process.wait(timeout=STOP_SECONDS)
        finally:
            self.kill()

    def kill(self) -> None:
        """Kill the supervisor with SIGKILL."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        kill_session(self.process.pid)
        self.process.wait()

    def _read(self) -> None:
        if self.process.stdout is not None:
            with self.process.stdout as lines:
                self.lines.extend(line.decode(errors="replace").rstrip() for line in lines)
