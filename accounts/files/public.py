"""Public pictures: avatars and course images, answered before sessions and members are looked up.

Their address holds the random key and never another picture, so it may be kept for ever. What it
shows is what everybody may see, also of a private member (rule PRIV-2). A removed picture is gone.
"""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.files.purposes import declared
from accounts.files.serving import answer_file
from accounts.files.storage import StorageDown
from accounts.models import File
from peerloop.kit.pictures import PICTURE_PATH, picture_url
from peerloop.kit.refusals import Missing

AVATAR_WIDTH = 256
FOR_EVER = "public, max-age=31536000, immutable"


def avatar_address(file: File) -> str:
    """The value of ``User.avatar_url`` for this file."""
    return picture_url(file.key, AVATAR_WIDTH)


class PictureMiddleware:
    """Serves /pictures/; passes on all other requests."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve a picture, or a plain 404."""
        if not request.path_info.startswith("/pictures/"):
            return self.get_response(request)
        return _picture(request)


@require_safe
def _picture(request: HttpRequest) -> HttpResponseBase:
    found = re.fullmatch(PICTURE_PATH, request.path_info)
    file = (
        found
        and File.objects.filter(
            key=found[1],
            purpose__in=[rules.purpose for rules in declared() if rules.is_public],
            deleted_at=None,
            stored_at__isnull=False,
        ).first()
    )
    if not found or not file:
        return HttpResponse("There is no such picture.", status=404, content_type="text/plain")
    try:
        response = answer_file(request, file, width=int(found[2]))
    except Missing:
        return HttpResponse("There is no such picture.", status=404, content_type="text/plain")
    except StorageDown as refusal:
        return HttpResponse(refusal.message, status=503, content_type="text/plain")
    # Without the name of the file: the member gave it, and the picture is public.
    response["Content-Disposition"] = "inline"
    response["Cache-Control"] = FOR_EVER
    return response
