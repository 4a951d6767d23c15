"""The page of our own video room, for whatever two people meet by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from catalog.models import Course, CourseModule


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What the page of a room says and where it leads.

    ``word``: what people call the meeting. ``page``: the path of its own page, ``ticket``: where
    the room asks for tickets. ``ends_for_both``: whether this person may end it for both.
    """

    word: str
    other: User
    course: Course
    module: CourseModule | None
    page: str
    ticket: str
    ends_for_both: bool = False


def render_call(
    request: HttpRequest,
    call: Call,
    *,
    is_visitor: bool = False,
    beside: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The page; its response may use camera and microphone.

    ``beside``: what the templates of the page that both write to read, if there is one.
    """
    context = {"call": call, "is_visitor": is_visitor, **(beside or {})}
    response = render(request, "scheduling/room.html", context)
    response.opens_room = True  # type: ignore[attr-defined]
    return response
