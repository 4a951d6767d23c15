"""Proving again who it is, before a sensitive act (security ID-7)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.forms import ConfirmForm, show_refusal
from accounts.fresh import check_current_password, is_fresh, note_proof
from accounts.requests import MemberRequest
from peerloop.kit.htmx import go, next_path
from peerloop.kit.refusals import Refused, TooMany

HOME = "/settings/security"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def confirm(request: MemberRequest) -> HttpResponse:
    """Ask for the password, then go on to where the member was going."""
    if is_fresh(request):
        return go(request, next_path(request, default=HOME))
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        check_current_password(request.user, form.cleaned_data["password"], field="password")
    except Refused as refusal:
        return _refused(request, form, refusal)
    request.session.cycle_key()
    note_proof(request.session)
    return go(request, next_path(request, default=HOME))


def _page(request: MemberRequest, form: ConfirmForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "next": next_path(request, default="")}
    return render(request, "accounts/confirm.html", context, status=status)


def _refused(request: MemberRequest, form: ConfirmForm, refusal: Refused) -> HttpResponse:
    show_refusal(form, refusal)
    response = _page(request, form, status=refusal.status if isinstance(refusal, TooMany) else 422)
    if refusal.retry_after is not None:
        response["Retry-After"] = str(refusal.retry_after)
    return response
