"""Answers to addresses that lead nowhere, and to what broke."""

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader

from peerloop.kit.middleware import answer_refusal, is_api
from peerloop.kit.refusals import Forbidden, Invalid, Missing
from peerloop.kit.tracing import request_id

logger = logging.getLogger(__name__)


def api_not_found(request: HttpRequest) -> HttpResponse:
    """Any other address under /api/: JSON also while debugging."""
    return JsonResponse(Missing("There is no such endpoint.").as_json(), status=404)


def page_not_found(request: HttpRequest) -> HttpResponse:
    """Any other address: our own page, also while debugging."""
    raise Missing


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django refuses before any view: host, size, too many fields."""
    return answer_refusal(request, Invalid("This request can't be read."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Known, but not for this person."""
    return answer_refusal(request, Forbidden())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Unknown and out of scope look the same."""
    return answer_refusal(request, Missing())


def server_error(request: HttpRequest) -> HttpResponse:
    """The last resort: says the request id, needs no database, no session."""
    name = getattr(request, "request_id", "") or request_id.get()
    if is_api(request):
        body = {"code": "server_error", "detail": "Something broke on our side.", "fields": {}}
        return JsonResponse({**body, "request_id": name}, status=500)
    try:
        return HttpResponse(loader.render_to_string("500.html", {"request_id": name}), status=500)
    except Exception:
        logger.exception("the error page itself failed")
        return HttpResponse(f"Something broke on our side. Request {name}", status=500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: usually a page left open for long."""
    return render(request, "403_csrf.html", {"reason": reason}, status=403)
