"""Argon2id in one thread of low priority: many sign-ins must not starve the pages (ID-2)."""

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.contrib.auth.hashers import Argon2PasswordHasher

from peerloop.kit.refusals import Busy

Result = TypeVar("Result")

# A hash takes 0.2 s of processor time and 100 MB.
AT_ONCE = 1
# Requests that hash or wait for it: the two threads of their pool (peerloop/asgi.py), and one of a
# view that runs in none. More are refused at once, so that no page's thread waits in a crowd.
MOST_WAITING = 3
WAIT_SECONDS = 5.0
RETRY_AFTER = 5
NICE = 10


class PasswordsBusy(Busy):
    """Too many passwords are being checked at the moment."""

    message = "Too many people sign in at the moment. Try again in a few seconds."


def _give_way() -> None:
    """Let pages have the processor first. On Linux the threads that Argon2 starts follow."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


_thread = ThreadPoolExecutor(AT_ONCE, "passwords", initializer=_give_way)
_places = threading.BoundedSemaphore(MOST_WAITING)


class BoundedArgon2Hasher(Argon2PasswordHasher):
    """Django's hasher in that thread; raises PasswordsBusy (503) if it is not free in time."""

    def encode(self, password: str, salt: str) -> str:
        """Hash a password."""
        return in_turn(lambda: super(BoundedArgon2Hasher, self).encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        """Compare a password with a hash."""
        return in_turn(lambda: super(BoundedArgon2Hasher, self).verify(password, encoded))


def in_turn(work: Callable[[], Result]) -> Result:
    """Run it in the thread of passwords; raises PasswordsBusy."""
    if not _places.acquire(blocking=False):
        raise PasswordsBusy(retry_after=RETRY_AFTER)
    try:
        job = _thread.submit(work)
        try:
            return job.result(WAIT_SECONDS)
        except TimeoutError:
            job.cancel()
            raise PasswordsBusy(retry_after=RETRY_AFTER) from None
    finally:
        _places.release()
