"""Waiting for a service outside without taking the process along (bulkhead and breaker).

A web process answers with few threads. One that waits for a provider gives its place to another
request (``waiting_outside``); calls run in a few threads of their own, each for a bounded time, and
a provider that did not answer several times in a row is not asked for a while (``Bulkhead``).
"""

import contextvars
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from peerloop.kit.providers import NO_ANSWER, Unavailable

logger = logging.getLogger(__name__)

T = TypeVar("T")
_thread = threading.local()

BUSY, RESTING = "busy", "resting"


def offer_place(give: Callable[[], bool] | None) -> None:
    """Let this thread give its place away: ``give`` says whether it could. None ends the offer."""
    _thread.give = give


@contextmanager
def waiting_outside() -> Iterator[None]:
    """Give this thread's place to another request while it waits for somebody outside.

    Raises Unavailable while so many wait already that pages would run out of threads. In a process
    that offers no places (tasks, commands) nothing happens.
    """
    give = getattr(_thread, "give", None)
    if give is not None and not give():
        raise Unavailable("too many requests wait for a service outside", code=BUSY)
    yield


class Bulkhead:
    """Calls to one service: a few at once, none for long, and a pause after repeated silence.

    ``seconds`` is the longest that a caller waits. After ``failures`` calls in a row without an
    answer none is made for ``rest_seconds``; then one tries, and the others still rest.
    """

    def __init__(
        self,
        name: str,
        *,
        threads: int = 8,
        seconds: float = 4,
        failures: int = 3,
        rest_seconds: float = 15,
    ) -> None:
        self._name = name
        self._threads = threads
        self._seconds = seconds
        self._failures = failures
        self._rest_seconds = rest_seconds
        self._lock = threading.Lock()
        self._silent = 0
        self._rests_until = 0.0
        self._renew()

    def _renew(self) -> None:
        self._process = os.getpid()
        self._slots = threading.Semaphore(self._threads)
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix=f"to-{self._name}")

    def call(self, act: Callable[[], T]) -> T:
        """Call ``act`` in a thread of this service, outside the caller's transaction.

        Raises what it raises, and Unavailable if it takes too long (it may still have its effect),
        if all threads are taken, or while the service rests.
        """
        if self._process != os.getpid():
            # Threads do not survive a fork.
            self._renew()
        self._admit()
        with waiting_outside():
            until = time.monotonic() + self._seconds
            slots = self._slots
            if not slots.acquire(timeout=self._seconds / 2):
                raise Unavailable(f"too many calls to {self._name} are under way", code=BUSY)
            work = self._pool.submit(contextvars.copy_context().run, act)
            work.add_done_callback(lambda _: slots.release())
            try:
                answer = work.result(timeout=max(until - time.monotonic(), 0))
            except TimeoutError as error:
                self._note_silence()
                raise Unavailable(f"{self._name} does not answer", code=NO_ANSWER) from error
            except Unavailable as error:
                if error.code == NO_ANSWER:
                    self._note_silence()
                else:
                    self._note_answer()
                raise
            except Exception:
                self._note_answer()
                raise
            self._note_answer()
            return answer

    def _admit(self) -> None:
        """Raises Unavailable while the service rests; lets one caller try when the rest is over."""
        with self._lock:
            now = time.monotonic()
            left = self._rests_until - now
            if left > 0:
                raise Unavailable(
                    f"{self._name} did not answer lately and is not asked",
                    code=RESTING,
                    retry_after=int(left) + 1,
                )
            if self._silent >= self._failures:
                self._rests_until = now + self._seconds

    def _note_silence(self) -> None:
        with self._lock:
            self._silent += 1
            if self._silent >= self._failures:
                self._rests_until = time.monotonic() + self._rest_seconds
                logger.warning("%s does not answer: not asked for a while", self._name)

    def _note_answer(self) -> None:
        with self._lock:
            self._silent, self._rests_until = 0, 0.0
