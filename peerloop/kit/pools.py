"""Threads that answer requests: a pool for pages, and others for work that must not hold pages up.

A view says with ``runs_in`` where its unsafe methods run. A request waits for a thread in the event
loop and for a bounded time; then it is answered with 503.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.urls import Resolver404, resolve

from peerloop.kit.early_refusals import EarlyRefusal

Marked = TypeVar("Marked", bound=Callable[..., Any])
Result = TypeVar("Result")

PAGES = "pages"
# Views that check or set a password (security ID-2).
PASSWORDS = "passwords"
ATTRIBUTE = "runs_in_pool"
SAFE = {"GET", "HEAD", "OPTIONS"}


class Pool:
    """A few threads. ``wait_seconds``: how long a request may wait for one."""

    def __init__(self, *, threads: int, wait_seconds: float, retry_after: int = 5) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="wsgi")
        self._free = asyncio.Semaphore(threads)
        self._wait_seconds = wait_seconds
        self._retry_after = retry_after

    async def run(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Run it in a thread; raises EarlyRefusal (503) if none became free in time."""
        await self._take()
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._executor, work, *arguments
            )
        finally:
            self._free.release()

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
