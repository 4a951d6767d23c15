"""Error pages: unknown URLs, refused requests, server errors."""

import logging
import sys
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.views.decorators.csrf import csrf_exempt

from peerloop.kit.database_errors import RETRY_AFTER, is_passing
from peerloop.kit.middleware import answer_refusal, is_api
from peerloop.kit.refusals import Forbidden, Invalid, Missing
from peerloop.kit.tracing import request_id

logger = logging.getLogger(__name__)


@csrf_exempt
def api_not_found(request: HttpRequest) -> HttpResponse:
    """An unknown URL under /api/, by any method: a 404 as JSON, also with DEBUG on."""
    return JsonResponse(Missing("There is no such endpoint.").as_json(), status=404)


def page_not_found(request: HttpRequest) -> HttpResponse:
    """Any other unknown URL: our own 404 page, also with DEBUG on."""
    raise Missing


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 for what Django refuses before any view: host, size, too many fields."""
    return answer_refusal(request, Invalid("This request can't be read."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the member may not do this."""
    return answer_refusal(request, Forbidden())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, both for what does not exist and for what the member may not see."""
    return answer_refusal(request, Missing())


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a page with the request id that needs no database and no session; 503 without one."""
    if is_passing(sys.exc_info()[1]):
        return _unavailable(request)
    name = getattr(request, "request_id", "") or request_id.get()
    if is_api(request):
        body = {"code": "server_error", "detail": "Something broke on our side.", "fields": {}}
        return JsonResponse({**body, "request_id": name}, status=500)
    try:
        return HttpResponse(loader.render_to_string("500.html", {"request_id": name}), status=500)
    except Exception:
        logger.exception("the error page itself failed")
        return HttpResponse(f"Something broke on our side. Request {name}", status=500)


def _unavailable(request: HttpRequest) -> HttpResponse:
    """503: the database is away or its disk is full; the same request may be sent again."""
    message = "Our database does not answer at the moment. Nothing was changed; try again soon."
    name = getattr(request, "request_id", "") or request_id.get()
    response: HttpResponse
    if is_api(request):
        body: dict[str, Any] = {"code": "unavailable", "detail": message, "fields": {}}
        response = JsonResponse({**body, "request_id": name}, status=503)
    else:
        context = {"message": message, "retry_after": RETRY_AFTER, "request_id": name}
        response = HttpResponse(loader.render_to_string("unavailable.html", context), status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    return response


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a missing or wrong CSRF token, usually of a page that was open for long."""
    if is_api(request):
        return answer_refusal(request, Forbidden())
    return render(request, "403_csrf.html", {"reason": reason}, status=403)
