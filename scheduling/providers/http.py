"""Requests to video servers: with a timeout, few retries and two kinds of errors."""

import random
import threading
from collections.abc import Callable

import requests

from peerloop.kit.providers import Rejected, Unavailable

CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
TRIES = 3
FIRST_PAUSE_SECONDS = 0.3
LATER = {429, 502, 503, 504}
_waiting = threading.Event()


def ask(
    send: Callable[[tuple[float, float]], requests.Response],
    *,
    server: str,
    read_seconds: float = READ_SECONDS,
) -> requests.Response:
    """The server's answer to a request that is safe to repeat.

    Up to three tries with growing, jittered pauses while the server is away or asks to wait. Raises
    Unavailable after the last, Rejected for any other status of 400 and above.
    """
    problem = "no answer"
    for number in range(TRIES):
        if number:
            pause(FIRST_PAUSE_SECONDS * 2 ** (number - 1))
        try:
            response = send((CONNECT_SECONDS, read_seconds))
        except requests.ReadTimeout:
            # The server is still working on it: another request would only add to its load.
            problem = f"nothing within {read_seconds:g} s"
            break
        except requests.RequestException as error:
            # The error's text would contain the address, and with it a checksum.
            problem = type(error).__name__
            continue
        if response.status_code in LATER:
            problem = f"status {response.status_code}"
            continue
        if response.status_code >= 500:
            raise Unavailable(f"{server} failed with status {response.status_code}")
        if response.status_code >= 400:
            raise Rejected(
                f"{server} refused with status {response.status_code}",
                code=str(response.status_code),
            )
        return response
    raise Unavailable(f"{server} does not answer: {problem}")


def pause(seconds: float) -> None:
    """Wait before the next try, with jitter so that callers spread out."""
    _waiting.wait(seconds * (1 + random.random() / 2))  # noqa: S311 - jitter, no secret
