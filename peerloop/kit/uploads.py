"""Limits of request bodies: DATA_UPLOAD_MAX_MEMORY_SIZE, unless a view takes a file."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve

View = TypeVar("View", bound=Callable[..., Any])
ATTRIBUTE = "most_upload_bytes"
# A body that is too large is read up to this size and dropped: a browser whose connection is closed
# while it sends shows its own error page instead of ours.
DRAINED_BYTES = 96 * 1024 * 1024
MEGABYTE = 1024 * 1024
MOST_DIGITS = 15


def takes_upload(most: int) -> Callable[[View], View]:
    """Decorate a view whose form has a file of at most so many bytes; the outermost decorator."""

    def set_limit(view: View) -> View:
        setattr(view, ATTRIBUTE, most)
        return view

    return set_limit


def is_too_large(request: HttpRequest, view: Callable[..., Any]) -> bool:
    """Whether Content-Length exceeds what the view takes, fields and file together."""
    announced = str(request.META.get("CONTENT_LENGTH") or "0")
    most: int = getattr(view, ATTRIBUTE, 0) + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    # What is no number is read as nothing by Django.
    return announced.isdecimal() and (len(announced) > MOST_DIGITS or int(announced) > most)


def limit_words(view: Callable[..., Any]) -> str | None:
    """The message for a file that is too large; None for a view that takes no file."""
    most: int = getattr(view, ATTRIBUTE, 0)
    return f"That is too large to send: {most // MEGABYTE} MB is the most." if most else None


def body_limits(path: str) -> tuple[int, int]:
    """The largest body that the view of a path takes, and how much of a larger one is dropped."""
    try:
        most: int = getattr(resolve(path).func, ATTRIBUTE, 0)
    except Resolver404:
        most = 0
    limit = most + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return limit, DRAINED_BYTES if most else limit
