"""What led a visitor here, kept in their session until they sign up."""

from typing import Any

from django.http import HttpRequest

ORIGIN = "origin"


def remember_origin(request: HttpRequest, **origin: str) -> None:
    """Keep what led the visitor here; a later origin takes the place of an earlier one."""
    request.session[ORIGIN] = origin


def origin_of(request: HttpRequest) -> dict[str, Any]:
    """What was kept; empty for who came by themselves."""
    found = request.session.get(ORIGIN)
    return found if isinstance(found, dict) else {}
