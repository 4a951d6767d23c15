"""Servers to measure, and a load that stops by itself."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

Wish = tuple[dict[str, str], bytes]
HOST = "127.0.0.1"
TICK = os.sysconf("SC_CLK_TCK")
READY_SECONDS = 30


@dataclass(frozen=True)
class Server:
    """A granian process on this machine."""

    port: int
    pid: int

    def processor_seconds(self) -> float:
        """User and system time of the server and its workers so far."""
        return sum(_processor_seconds(pid) for pid in [self.pid, *_children(self.pid)])


@dataclass(frozen=True)
class Round:
    """What one round of load measured."""

    requests: int
    seconds: float
    processor_seconds: float
    median_milliseconds: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds

    @property
    def processor_milliseconds(self) -> float:
        """Server time of one request."""
        return 1000 * self.processor_seconds / self.requests


@dataclass(frozen=True)
class Rush:
    """How many answers of each status came, and in what time."""

    answers: dict[int, int]
    seconds: float

    @property
    def rate(self) -> float:
        """Attempts a second."""
        return sum(self.answers.values()) / self.seconds


@contextmanager
def serving(application: str, environment: dict[str, str], *, threads: int = 2) -> Iterator[Server]:
    """Granian with one worker and so many threads for the length of a block."""
    port = _free_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1"),
        *("--blocking-threads", str(threads), "--host", HOST, "--port", str(port), "--no-ws"),
        *("--log-level", "error", application),
    ]
    process = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        _wait_for(port)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(20)


def load(
    server: Server, path: str, *, seconds: float, connections: int = 4, cookie: str = ""
) -> Round:
    """Ask for one path over a few kept connections, for a fixed time; signed in with a cookie."""
    headers = {"Cookie": cookie} if cookie else {}
    times: list[float] = []
    until = time.perf_counter() + seconds

    def ask() -> None:
        connection = http.client.HTTPConnection(HOST, server.port, timeout=10)
        while (began := time.perf_counter()) < until:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{path} answered {answer.status}")
            times.append(time.perf_counter() - began)
        connection.close()

    before, began = server.processor_seconds(), time.perf_counter()
    threads = [threading.Thread(target=ask) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    used = server.processor_seconds() - before
    return Round(len(times), took, used, 1000 * sorted(times)[len(times) // 2])


def send_all(server: Server, path: str, wishes: list[list[Wish]]) -> Rush:
    """Post all wishes at once, one writer to each list, each over a connection of its own."""
    answers: Counter[int] = Counter()
    gate = threading.Barrier(len(wishes) + 1)

    def write(own: list[Wish]) -> None:
        connection = http.client.HTTPConnection(HOST, server.port, timeout=60)
        gate.wait()
        for headers, body in own:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            answer.read()
            answers[answer.status] += 1
        connection.close()

    threads = [threading.Thread(target=write, args=(own,)) for own in wishes]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return Rush(dict(answers), time.perf_counter() - began)


def _wait_for(port: int) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
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


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found]


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK
