"""A private file by its signed link (FIL-3)."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.views.decorators.http import require_safe
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.settings import api_settings

from accounts.files.links import linked_file
from accounts.files.serving import answer_file
from accounts.models import User
from peerloop.kit import clock


@require_safe
def file(request: HttpRequest, file_id: uuid.UUID) -> HttpResponseBase:
    """The content, for the member that the link was made for; programs send their bearer token."""
    member = _member(request)
    if member is None:
        if "HTTP_AUTHORIZATION" in request.META:
            return HttpResponse(status=401, headers={"WWW-Authenticate": 'Bearer realm="api"'})
        wanted = urlencode({"next": request.get_full_path()})
        return redirect(f"{resolve_url(settings.LOGIN_URL)}?{wanted}")
    found = linked_file(
        member,
        file_id,
        until=request.GET.get("until", ""),
        signature=request.GET.get("sign", ""),
        at=clock.now(),
    )
    response = answer_file(request, found, inline=request.GET.get("show") == "1")
    response["Cache-Control"] = "private, no-store"
    return response


def _member(request: HttpRequest) -> User | None:
    if "HTTP_AUTHORIZATION" in request.META:
        try:
            return _member_of_program(request)
        except AuthenticationFailed:
            return None
    return request.user if isinstance(request.user, User) else None


def _member_of_program(request: HttpRequest) -> User | None:
    """Whom the API would take the request's token for; raises AuthenticationFailed."""
    ways: Any = api_settings.DEFAULT_AUTHENTICATION_CLASSES
    found = (way().authenticate(request) for way in ways)
    return next((known[0] for known in found if known), None)
