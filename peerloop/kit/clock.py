"""The one source of "now".

Actions take the instant as an argument; entry points read it here. In a demo the clock runs ahead
of real time by an offset that is kept in the database; the app that owns the row registers its
reader. Sign-in, tokens and rate limits use real time (``django.utils.timezone``): a demo that jumps
a week must not sign everybody out (docs/adr/0005).
"""

from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_readers: list[Callable[[], timedelta]] = []
_held_offset: ContextVar[timedelta | None] = ContextVar("held_offset", default=None)
_held_now: ContextVar[datetime | None] = ContextVar("held_now", default=None)


def use_offset(reader: Callable[[], timedelta]) -> None:
    """Let ``now`` add what the reader returns. Called once at start, only in a demo."""
    _readers[:] = [reader]


def offset() -> timedelta:
    """How far the clock is ahead of real time."""
    if not _readers:
        return timedelta()
    held = _held_offset.get()
    return _readers[0]() if held is None else held


def now() -> datetime:
    """The present instant in UTC."""
    held = _held_now.get()
    return datetime.now(UTC) + offset() if held is None else held


@contextmanager
def frozen_at(moment: datetime) -> "Iterator[None]":
    """Stop the clock at an instant, to write demo data of the past."""
    token = _held_now.set(moment)
    try:
        yield
    finally:
        _held_now.reset(token)


def reread_offset() -> None:
    """Read the offset again from here on, after it was changed within a request."""
    _held_offset.set(None)


@contextmanager
def fixed_offset() -> "Iterator[None]":
    """Read the demo offset once for the length of a request or task."""
    if not _readers:
        yield
        return
    token = _held_offset.set(_readers[0]())
    try:
        yield
    finally:
        _held_offset.reset(token)
