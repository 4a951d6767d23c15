"""The page of a creator application."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.identity.access import require_verified
from accounts.members.actions.applications import apply_to_create, complete_application
from accounts.members.forms.applications import CreatorApplicationForm
from accounts.members.queries.applications import ApplicationState, application_state_of
from accounts.requests import MemberRequest
from peerloop.kit import clock
from peerloop.kit.forms import show_refusal
from peerloop.kit.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def apply(request: MemberRequest) -> HttpResponse:
    """The form and the state of the application; while pending it can be completed."""
    at = clock.now()
    state = application_state_of(request.user, at=at)
    if request.method != "POST":
        return _page(request, state, CreatorApplicationForm.of(state.application))
    require_verified(request.user)
    form = CreatorApplicationForm(request.POST)
    if not form.is_valid():
        return _page(request, state, form, status=422)
    try:
        act = complete_application if state.is_pending else apply_to_create
        act(by=request.user, at=at, **form.cleaned_data)
    except Refused as refusal:
        show_refusal(form, refusal)
        # A field error is 422 on a page, as everywhere.
        status = 422 if refusal.fields else refusal.status
        return _page(request, state, form, status=status)
    messages.success(request, "Your application is with us. The answer comes by mail.")
    return redirect("apply-to-create")


def _page(
    request: MemberRequest,
    state: ApplicationState,
    form: CreatorApplicationForm,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {"state": state, "form": form}
    return render(request, "accounts/apply_to_create.html", context, status=status)
