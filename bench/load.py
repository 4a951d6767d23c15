"""HTTP load for a fixed time, and its cost."""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.servers import HOST, Server

Attempt = tuple[Mapping[str, str], bytes]


@dataclass(frozen=True)
class Target:
    """A path of a server, with the headers of the caller."""

    server: Server
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def fetch(self) -> bytes:
        """Request the path once; raises unless the status is 200."""
        connection = http.client.HTTPConnection(HOST, self.server.port, timeout=20)
        try:
            return self._ask(connection)
        finally:
            connection.close()

    def _ask(self, connection: http.client.HTTPConnection) -> bytes:
        connection.request("GET", self.path, headers=dict(self.headers))
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{self.path} answered {answer.status}: {body[:300]!r}")
        return body


@dataclass(frozen=True)
class Round:
    """The measurements of one round of load."""

    requests: int
    seconds: float
    app_seconds: float
    database_seconds: float
    median_milliseconds: float

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds

    @property
    def app(self) -> float:
        """Milliseconds of processor time of the application for one request."""
        return 1000 * self.app_seconds / self.requests

    @property
    def database(self) -> float:
        """Milliseconds of processor time of the database for one request."""
        return 1000 * self.database_seconds / self.requests

    @property
    def cost(self) -> float:
        """Application and database together."""
        return self.app + self.database


@dataclass(frozen=True)
class Rush:
    """The number of responses by status, the duration, and the 99th percentile of latency."""

    answers: dict[int, int]
    seconds: float
    p99_milliseconds: float

    @property
    def rate(self) -> float:
        """Attempts per second."""
        return sum(self.answers.values()) / self.seconds


def load(target: Target, *, seconds: float, connections: int = 4) -> Round:
    """Request one path over a few persistent connections, for a fixed time."""
    times: list[float] = []
    failures: list[Exception] = []
    until = time.perf_counter() + seconds

    def ask() -> None:
        connection = http.client.HTTPConnection(HOST, target.server.port, timeout=20)
        try:
            while (began := time.perf_counter()) < until:
                target._ask(connection)
                times.append(time.perf_counter() - began)
        except Exception as error:  # noqa: BLE001 - raised below, in the thread that waits
            failures.append(error)
        finally:
            connection.close()

    app, database = target.server.meters()
    app.start()
    database.start()
    began = time.perf_counter()
    _together([threading.Thread(target=ask) for _ in range(connections)])
    took = time.perf_counter() - began
    if failures:
        raise failures[0]
    middle = 1000 * sorted(times)[len(times) // 2]
    return Round(len(times), took, app.seconds(), database.seconds(), middle)


def send_all(server: Server, path: str, attempts: list[list[Attempt]]) -> Rush:
    """Send all requests, one thread and connection for each list."""
    answers: Counter[int] = Counter()
    times: list[float] = []
    gate = threading.Barrier(len(attempts) + 1)

    def write(own: list[Attempt]) -> None:
        connection = http.client.HTTPConnection(HOST, server.port, timeout=60)
        gate.wait()
        for headers, body in own:
            began = time.perf_counter()
            connection.request("POST", path, body, dict(headers))
            answer = connection.getresponse()
            answer.read()
            times.append(time.perf_counter() - began)
            answers[answer.status] += 1
        connection.close()

    threads = [threading.Thread(target=write, args=(own,)) for own in attempts]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    slow = 1000 * sorted(times)[int(len(times) * 0.99)]
    return Rush(dict(answers), time.perf_counter() - began, slow)


def _together(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
