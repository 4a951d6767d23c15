"""A small application behind the real web server and our bridge, for tests with real connections.

``granian --interface asginl tests.slow_clients:application``; four threads, short times.
"""

from collections.abc import Iterator
from typing import Any

from peerloop.kit.bodies import Bodies, Pace
from peerloop.kit.bridge import Bridge
from peerloop.kit.pools import PAGES, Pool

IDLE_SECONDS = 1.0
LIMIT = 4 * 1024 * 1024
BIG_BYTES = 64 * 1024 * 1024
PIECE = b"x" * (1024 * 1024)


class BigFile:
    """A large answer that is made while it is sent."""

    streaming = True

    def __iter__(self) -> Iterator[bytes]:
        return (PIECE for _ in range(BIG_BYTES // len(PIECE)))


def pages(environ: dict[str, Any], start_response: Any) -> Any:
    """``/big`` is a large file; all other paths answer the length of the body."""
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return BigFile() if environ["PATH_INFO"] == "/big" else [str(len(body)).encode()]


application = Bridge(
    pages,
    pools={PAGES: Pool(threads=4, wait_seconds=5)},
    pool_of=lambda method, path: PAGES,
    page_of=lambda refusal: refusal.message.encode(),
    bodies=Bodies(lambda _: (LIMIT, LIMIT), pace=Pace(idle=IDLE_SECONDS, grace=2.0)),
    send_seconds=IDLE_SECONDS,
)
