"""Light or dark theme, or the device's: chosen for a browser, kept in a cookie.

A cookie and not local storage, so that the server renders the right theme without a script.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from peerloop.kit.htmx import next_path

THEMES = ("light", "dark")
YEAR_SECONDS = 365 * 24 * 3600


def cookie_name() -> str:
    """With the prefix __Host- over https; browsers refuse it over plain http."""
    return "__Host-theme" if settings.SESSION_COOKIE_SECURE else "theme"


def theme_of(request: HttpRequest | None) -> str:
    """``light``, ``dark``, or nothing for the device's own."""
    chosen = request.COOKIES.get(cookie_name(), "") if request is not None else ""
    return chosen if chosen in THEMES else ""


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the choice for a year; anything but light and dark forgets it. Safe to repeat."""
    response = HttpResponse(status=303, headers={"Location": next_path(request, default="home")})
    chosen = request.POST.get("theme", "")
    if chosen not in THEMES:
        response.delete_cookie(cookie_name(), path="/", samesite="Lax")
        return response
    response.set_cookie(
        cookie_name(),
        chosen,
        max_age=YEAR_SECONDS,
        path="/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


urlpatterns = [path("theme", choose, name="theme")]
