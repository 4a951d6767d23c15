"""Threads that answer requests: a pool for pages, and others for work that must not hold pages up.

A view says with ``runs_in`` where its unsafe methods run. A request waits for a thread in the event
loop and for a bounded time; then it is answered with 503.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

from django.urls import Resolver404, resolve

from peerloop.kit.early_refusals import EarlyRefusal
from peerloop.kit.waiting import offer_place

Marked = TypeVar("Marked", bound=Callable[..., Any])
Result = TypeVar("Result")

PAGES = "pages"
# Views that check or set a password (security ID-2).
PASSWORDS = "passwords"
ATTRIBUTE = "runs_in_pool"
SAFE = {"GET", "HEAD", "OPTIONS"}


class Pool:
    """A few threads. ``wait_seconds``: how long a request may wait for one.

    ``waiting``: how many requests besides may wait for a service outside (kit/waiting.py). Each
    keeps its thread, and gives its place among those that run to another request.
    """

    def __init__(
        self, *, threads: int, wait_seconds: float, waiting: int = 0, retry_after: int = 5
    ) -> None:
        self._executor = ThreadPoolExecutor(threads + waiting, thread_name_prefix="wsgi")
        self._free = asyncio.Semaphore(threads)
        self._waiting = threading.Semaphore(waiting)
        self._wait_seconds = wait_seconds
        self._retry_after = retry_after

    async def run(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Run it in a thread; raises EarlyRefusal (503) if none became free in time."""
        await self._take()
        place = _Place(self._free, self._waiting, asyncio.get_running_loop())
        running = self._executor.submit(place.run, work, *arguments)
        # Not when the client leaves: the place is free when the thread is.
        running.add_done_callback(place.leave)
        return await asyncio.wrap_future(running)

    async def _take(self) -> None:
        try:
            async with asyncio.timeout(self._wait_seconds):
                await self._free.acquire()
        except TimeoutError:
            raise EarlyRefusal(
                503,
                "busy",
                "Too many people do this at the moment. Nothing was changed; try again soon.",
                retry_after=self._retry_after,
            ) from None


class _Place:
    """A request's place among those that run at once; given away while it waits outside."""

    def __init__(
        self,
        free: asyncio.Semaphore,
        waiting: threading.Semaphore,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._free = free
        self._waiting = waiting
        self._loop = loop
        self._is_given = False

    def run(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Run the work in this thread, which may give its place away meanwhile."""
        offer_place(self.give)
        try:
            return work(*arguments)
        finally:
            offer_place(None)

    def give(self) -> bool:
        """Give it to another request, once; False if too many gave theirs already."""
        if self._is_given:
            return True
        if not self._waiting.acquire(blocking=False):
            return False
        self._is_given = True
        self._release()
        return True

    def leave(self, _: object) -> None:
        """The thread is done."""
        if self._is_given:
            self._waiting.release()
        else:
            self._release()

    def _release(self) -> None:
        # The loop may be closed: the process ends.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._free.release)


def runs_in(pool: str) -> Callable[[Marked], Marked]:
    """Decorate a view, or the class of an endpoint: the outermost decorator."""

    def mark(view: Marked) -> Marked:
        setattr(view, ATTRIBUTE, pool)
        return view

    return mark


def pool_of(method: str, path: str) -> str:
    """The name of the pool that a request runs in."""
    if method in SAFE:
        return PAGES
    try:
        view = resolve(path).func
    except Resolver404:
        return PAGES
    found: str = getattr(view, ATTRIBUTE, "") or getattr(
        getattr(view, "view_class", None) or getattr(view, "cls", None), ATTRIBUTE, PAGES
    )
    return found
