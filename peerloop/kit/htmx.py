"""One view answers the whole page, or the part that HTMX asked for."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.encoding import iri_to_uri

from peerloop.kit.network import is_own_address


def render_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    part: str = "",
    status: int = 200,
) -> HttpResponse:
    """The template, or for an HTMX request that is no boosted visit, the template ``part``."""
    htmx = getattr(request, "htmx", None)
    chosen = part if part and htmx and not htmx.boosted else template
    response = render(request, chosen, context, status=status)
    if part:
        response["Vary"] = "HX-Request"
    return response


def go(request: HttpRequest, to: Any, *args: Any) -> HttpResponse:
    """To another page after an act, with or without HTMX; ``to`` as ``redirect`` takes it."""
    path = resolve_url(to, *args)
    if getattr(request, "htmx", False):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = path
        return response
    return redirect(path)


def next_path(request: HttpRequest, default: str = "dashboard", *args: Any) -> str:
    """Where ``next`` points, if that is a page of ours (ID-14), else ``default`` (route or path).

    An empty default gives an empty path.
    """
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if wanted.startswith("/") and is_own_address(request, wanted):
        return iri_to_uri(wanted)
    return resolve_url(default, *args) if default else ""
