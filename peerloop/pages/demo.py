"""The endpoint of the demo clock, which only moves forward. Not in production."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.demo_clock import move_forward
from peerloop.kit import clock, sweeps
from peerloop.kit.htmx import next_path
from peerloop.kit.network import is_loopback
from peerloop.kit.parsing import parse_object
from peerloop.kit.refusals import Invalid, Missing, Refused


def advance(seconds: int) -> datetime:
    """Advance the clock by whole seconds, then run every sweep; returns the new time in UTC."""
    move_forward(seconds=seconds)
    clock.reread_offset()
    sweeps.run_all()
    return clock.now()


@csrf_exempt
@require_POST
def demo_clock(request: HttpRequest) -> HttpResponse:
    """Advance by ``{"advance_seconds": n}``, sent as JSON or form; only from this machine."""
    is_form = request.content_type != "application/json"
    try:
        if not is_loopback(request):
            raise Missing
        given = request.POST.dict() if is_form else parse_object(request.body)
        now = advance(_seconds(given.get("advance_seconds")))
    except Refused as refusal:
        if is_form:
            raise
        return JsonResponse(refusal.as_json(), status=refusal.status)
    if is_form:
        return redirect(_page_before(request))
    offset = int(clock.offset().total_seconds())
    return JsonResponse({"now": now.isoformat(), "offset_seconds": offset})


def _seconds(value: object) -> int:
    text = str(value)
    if isinstance(value, bool) or not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise Invalid.field("advance_seconds", "Give whole seconds to move forward.")
    return int(text)


def _page_before(request: HttpRequest) -> str:
    before = request.headers.get("Referer", "")
    path = before.split(request.get_host(), 1)[-1] if request.get_host() in before else ""
    return path if path.startswith("/") and not path.startswith("//") else next_path(request)
