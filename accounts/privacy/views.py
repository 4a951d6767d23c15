"""Pages of the own data: export, and closing the account (PRI-3, ROLE-13)."""

import uuid

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.identity.actions.closure import (
    ask_for_erasure,
    erasure_of_link,
    obstacles,
    undo_erasure,
)
from accounts.identity.reauthentication import fresh_sign_in
from accounts.identity.views.links import invalid_link_page, without_referrer
from accounts.privacy.access import own_export
from accounts.privacy.actions.export import archive_of, ask_for_export
from accounts.privacy.forms import CloseAccountForm
from accounts.privacy.queries import export_state
from accounts.requests import MemberRequest
from accounts.sanctions.queries import ban_of
from peerloop.kit import clock
from peerloop.kit.forms import show_refusal
from peerloop.kit.refusals import Gone, Refused

ASKED = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@never_cache
@login_required
def privacy(request: MemberRequest) -> HttpResponse:
    """The privacy page: state of the export, bans, closing the account."""
    at = clock.now()
    context = {"state": export_state(request.user, at=at), "ban": ban_of(request.user, at=at)}
    return render(request, "accounts/privacy.html", context)


@require_POST
@login_required
@fresh_sign_in
def ask_export(request: MemberRequest) -> HttpResponse:
    """Request an export; a task makes it."""
    ask_for_export(user=request.user, at=clock.now())
    messages.success(request, "We put your data together. You get a mail when it's ready.")
    return redirect("privacy-settings")


@require_safe
@never_cache
@login_required
@fresh_sign_in
def download(request: MemberRequest, export_id: uuid.UUID) -> FileResponse:
    """Download the archive: for its owner only, never cached or shown in the browser."""
    at = clock.now()
    archive = archive_of(export=own_export(request.user, export_id), at=at)
    response = FileResponse(
        archive,
        as_attachment=True,
        filename=f"peerloop-data-{at:%Y-%m-%d}.zip",
        content_type="application/zip",
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


@ASKED
@never_cache
@login_required
@fresh_sign_in
def close(request: MemberRequest) -> HttpResponse:
    """Explain what is erased or what prevents it, then close the account."""
    at = clock.now()
    form = CloseAccountForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                ask_for_erasure(user=request.user, by=request.user, at=at)
            except Refused as refusal:
                show_refusal(form, refusal)
                status = refusal.status
            else:
                logout(request)
                return render(request, "accounts/closed.html")
    context = {"form": form, "obstacles": obstacles(user=request.user, at=at)}
    return render(request, "accounts/close.html", context, status=status)


@ASKED
@never_cache
def reopen(request: HttpRequest, token: str) -> HttpResponse:
    """Reopen the account with the link of the mail; GET changes nothing."""
    at = clock.now()
    try:
        erasure = erasure_of_link(token=token, at=at)
        if request.method == "POST":
            undo_erasure(erasure=erasure, by=None, at=at)
    except Gone as refusal:
        return invalid_link_page(request, refusal, again="account_login", label="Sign in")
    if request.method == "POST":
        messages.success(request, "Your account is open again. Sign in to go on.")
        return redirect("account_login")
    return without_referrer(render(request, "accounts/reopen.html", {"erasure": erasure}))
