"""How large the body of a request may be: small, unless the page says that it takes a file."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest

View = TypeVar("View", bound=Callable[..., Any])
MARK = "most_upload_bytes"
# So much of a body that is too large is read and dropped: a browser that is cut off while it still
# sends shows its own error page and not our words.
DRAINED_BYTES = 96 * 1024 * 1024
CHUNK = 64 * 1024
MEGABYTE = 1024 * 1024
MOST_DIGITS = 15


def takes_upload(most: int) -> Callable[[View], View]:
    """Mark a page whose form brings a file of at most so many bytes. Goes outermost."""

    def mark(view: View) -> View:
        setattr(view, MARK, most)
        return view

    return mark


def is_too_large(request: HttpRequest, view: Callable[..., Any]) -> bool:
    """Whether the body that is announced is over what the page takes, fields and file together."""
    announced = str(request.META.get("CONTENT_LENGTH") or "0")
    most: int = getattr(view, MARK, 0) + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    # What is no number is read as nothing by Django.
    return announced.isdecimal() and (len(announced) > MOST_DIGITS or int(announced) > most)


def limit_words(view: Callable[..., Any]) -> str | None:
    """What is said of a file that is too large for the page; None where it takes no file."""
    most: int = getattr(view, MARK, 0)
    return f"That is too large to send: {most // MEGABYTE} MB is the most." if most else None


def drain(request: HttpRequest, view: Callable[..., Any]) -> None:
    """Read a refused file to its end, as far as that is bearable, and keep nothing of it."""
    left = DRAINED_BYTES if hasattr(view, MARK) else 0
    while left > 0 and (piece := request.read(min(CHUNK, left))):
        left -= len(piece)
