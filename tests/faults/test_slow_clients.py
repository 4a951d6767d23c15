"""Clients that send or read slowly, with real connections: everybody else is answered at once."""

import contextlib
import http.client
import signal
import socket
import sys
import time
from collections.abc import Iterator

import pytest

from development import PROJECT
from development.processes import spawn, stop, wait_until
from tests.slow_clients import BIG_BYTES, IDLE_SECONDS

CONNECTIONS = 20
SOON = 0.5


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        chosen = int(probe.getsockname()[1])
    server = spawn(
        [
            *(sys.executable, "-m", "granian", "--interface", "asginl", "--workers", "1"),
            *("--host", "127.0.0.1", "--port", str(chosen), "--log-level", "critical"),
            "tests.slow_clients:application",
        ],
        env={"PYTHONPATH": str(PROJECT)},
    )
    assert wait_until(lambda: _listens(chosen), seconds=20)
    yield chosen
    stop(server, signal.SIGTERM, seconds=5)


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


@contextlib.contextmanager
def stuck(port: int, request: bytes) -> Iterator[list[socket.socket]]:
    """Connections that sent so much, and then do nothing."""
    with contextlib.ExitStack() as stack:
        found = []
        for _ in range(CONNECTIONS):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            connection.sendall(request)
            connection.settimeout(10)
            found.append(connection)
        time.sleep(0.2)
        yield found


def answer(port: int, body: bytes = b"") -> tuple[bytes, float]:
    """The answer to a request of somebody else, and its seconds."""
    began = time.monotonic()
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as client:
        client.request("POST" if body else "GET", "/", body or None)
        return client.getresponse().read(), time.monotonic() - began


def promise(length: int, sent: int) -> bytes:
    return b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % length + b"x" * sent


@pytest.mark.parametrize(("length", "sent"), [(1_000, 1), (2_000_000, 200_000)])
def test_pages_answer_while_others_send_a_promised_body_slowly(port, length, sent):
    with stuck(port, promise(length, sent)) as connections:
        body, seconds = answer(port, b"x" * 100_000)

        assert body == b"100000"
        assert seconds < SOON
        began = time.monotonic()
        assert connections[0].recv(12) == b"HTTP/1.1 408"
        assert time.monotonic() - began < IDLE_SECONDS + 1


def test_a_chunked_body_that_stops_is_refused_too(port):
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"
    with stuck(port, head) as connections:
        assert answer(port)[1] < SOON
        assert connections[-1].recv(12) == b"HTTP/1.1 408"


def test_pages_answer_while_others_read_a_large_file_slowly(port):
    with stuck(port, b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n") as connections:
        assert answer(port)[1] < SOON
        time.sleep(IDLE_SECONDS + 0.5)
        received = 0
        while piece := connections[0].recv(1 << 20):
            received += len(piece)

        assert received < BIG_BYTES


def test_who_reads_a_large_file_gets_all_of_it(port):
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as client:
        client.request("GET", "/big")
        assert len(client.getresponse().read()) == BIG_BYTES
