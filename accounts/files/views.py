"""A private file by its signed link (FIL-3)."""

import uuid
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.views.decorators.http import require_safe
from rest_framework.exceptions import AuthenticationFailed

from accounts.files.links import linked_file
from accounts.files.serving import answer_file
from accounts.identity.authentication import BearerAuthentication
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
            known = BearerAuthentication().authenticate(request)
        except AuthenticationFailed:
            return None
        return known[0] if known else None
    return request.user if isinstance(request.user, User) else None
