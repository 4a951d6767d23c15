"""Ending one of a member's sign-ins, or all but this one."""

import uuid

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.identity.access import own_browser, own_sign_in
from accounts.identity.actions.browsers import end_web_session
from accounts.identity.actions.tokens import end_sign_in
from accounts.identity.sessions import row_id
from accounts.models.tokens import end_all_sign_ins
from accounts.requests import MemberRequest

PAGE = "security-settings"


@require_POST
@login_required
def end_program(request: MemberRequest, family: uuid.UUID) -> HttpResponse:
    """End one sign-in of an API client."""
    end_sign_in(family=own_sign_in(request.user, family))
    messages.success(request, "That sign-in is ended.")
    return redirect(PAGE)


@require_POST
@login_required
def end_web(request: MemberRequest, browser: uuid.UUID) -> HttpResponse:
    """Sign out one browser; for this one it is the normal sign-out."""
    own_browser(request.user, browser)
    if browser == row_id(request.session.session_key or ""):
        logout(request)
        return redirect("account_login")
    end_web_session(user=request.user, browser=browser)
    messages.success(request, "That browser is signed out.")
    return redirect(PAGE)


@require_POST
@login_required
def end_others(request: MemberRequest) -> HttpResponse:
    """End all sign-ins but this one."""
    end_all_sign_ins(user=request.user)
    update_session_auth_hash(request, request.user)
    messages.success(request, "All other devices are signed out.")
    return redirect(PAGE)
