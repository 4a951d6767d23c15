"""Pages of second factors: app, passkeys, recovery codes; each needs a fresh sign-in (ID-8)."""

from typing import Any
from urllib.parse import urlencode

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.identity import sign_in_limits
from accounts.identity.access import require_verified
from accounts.identity.actions import second_step
from accounts.identity.factors import codes, encryption, passkeys
from accounts.identity.factors.access import own_app, own_passkey
from accounts.identity.factors.attempts import LIMIT
from accounts.identity.factors.requirement import needs_second_factor
from accounts.identity.forms.factors import CodeForm, PasskeyForm, PasskeyNameForm
from accounts.identity.queries.factors import factors_of
from accounts.identity.reauthentication import fresh_sign_in
from accounts.requests import MemberRequest
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.htmx import next_path
from peerloop.kit.refusals import Refused
from peerloop.kit.text import isolated

ASKED = require_http_methods(["GET", "HEAD", "POST"])
HOME = "security-settings"
# Session key of the encrypted secret of an app that is being added.
SECRET = "new_app"  # noqa: S105 the name of a place, no secret


@require_safe
@never_cache
@login_required
def choose(request: MemberRequest) -> HttpResponse:
    """Where members are sent who need a second factor and have none."""
    factors = factors_of(request.user)
    if factors.is_on:
        return redirect(next_path(request, default=HOME))
    after = urlencode({"next": next_path(request, default=HOME)})
    context = {
        "is_duty": needs_second_factor(request.user),
        "add_passkey": f"{reverse('add-passkey')}?{after}",
        "add_app": f"{reverse('add-app')}?{after}",
    }
    return render(request, "accounts/factor_choice.html", context)


@ASKED
@never_cache
@login_required
@fresh_sign_in
def add_app(request: MemberRequest) -> HttpResponse:
    """Show a new secret as QR code and text, and check a first code of it."""
    require_verified(request.user)
    if SECRET not in request.session:
        request.session[SECRET] = encryption.encrypted(codes.new_secret())
    secret = encryption.decrypted(request.session[SECRET])
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _app(request, form, secret, status=422 if form.is_bound else 200)
    try:
        sign_in_limits.count_account(LIMIT, str(request.user.pk))
        code = form.cleaned_data["code"]
        shown = second_step.add_app(user=request.user, secret=secret, code=code, at=clock.now())
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: _app(request, form, secret, status=status), refusal)
    sign_in_limits.reset_account(LIMIT, str(request.user.pk))
    del request.session[SECRET]
    return _added(request, shown, "Your app is added.")


@ASKED
@never_cache
@login_required
@fresh_sign_in
def remove_app(request: MemberRequest) -> HttpResponse:
    """Remove the app; GET asks for confirmation."""
    app = own_app(request.user)
    if request.method != "POST":
        return render(request, "accounts/factor_remove.html", {"what": "the app"})
    second_step.remove_factor(factor=app, at=clock.now())
    return _changed(request, "Your app is removed.")


@ASKED
@never_cache
@login_required
@fresh_sign_in
def add_passkey(request: MemberRequest) -> HttpResponse:
    """Add a passkey under a name that the member chooses."""
    require_verified(request.user)
    form = PasskeyForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _passkey(request, form, status=422 if form.is_bound else 200)
    try:
        credential = passkeys.registered(request, form.cleaned_data["credential"])
        name = form.cleaned_data["name"] or "My passkey"
        shown = second_step.add_passkey(
            user=request.user, name=name, credential=credential, at=clock.now()
        )
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: _passkey(request, form, status=status), refusal)
    return _added(request, shown, "Your passkey is added.")


@ASKED
@never_cache
@login_required
@fresh_sign_in
def passkey(request: MemberRequest, passkey_id: int) -> HttpResponse:
    """Rename a passkey, with a link to remove it."""
    row = own_passkey(request.user, passkey_id)
    form = PasskeyNameForm(request.POST or None, initial={"name": row.data["name"]})
    if form.is_bound and form.is_valid():
        try:
            second_step.rename_passkey(passkey=row, name=form.cleaned_data["name"])
            return _changed(request, "The name is saved.")
        except Refused as refusal:
            show_refusal(form, refusal)
    remove = reverse("remove-passkey", args=[row.pk])
    context = {"form": form, "passkey_id": row.pk, "remove": remove}
    return render(
        request, "accounts/passkey_edit.html", context, status=422 if form.is_bound else 200
    )


@ASKED
@never_cache
@login_required
@fresh_sign_in
def remove_passkey(request: MemberRequest, passkey_id: int) -> HttpResponse:
    """Remove a passkey; GET asks for confirmation."""
    row = own_passkey(request.user, passkey_id)
    if request.method != "POST":
        what = f"the passkey “{isolated(row.data['name'])}”"
        return render(request, "accounts/factor_remove.html", {"what": what})
    second_step.remove_factor(factor=row, at=clock.now())
    return _changed(request, "Your passkey is removed.")


@ASKED
@never_cache
@login_required
@fresh_sign_in
def renew_codes(request: MemberRequest) -> HttpResponse:
    """Show new recovery codes, once; GET asks for confirmation."""
    if request.method != "POST":
        return render(request, "accounts/recovery_renew.html")
    shown = second_step.renew_recovery_codes(user=request.user)
    return _codes(request, shown, "Your old recovery codes don't count any more.")


def _app(request: MemberRequest, form: Form, secret: str, *, status: int) -> HttpResponse:
    picture = segno.make(codes.app_address(request.user, secret), error="m")
    context = {
        "form": form,
        "next": next_path(request, default=""),
        "picture": picture.svg_data_uri(scale=4, border=4, dark="#000", light="#fff"),
        "key": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
    }
    return render(request, "accounts/factor_app.html", context, status=status)


def _passkey(request: MemberRequest, form: Form, *, status: int) -> HttpResponse:
    context = {
        "form": form,
        "next": next_path(request, default=""),
        "options": passkeys.registration_options(request, request.user),
    }
    return render(request, "accounts/passkey_add.html", context, status=status)


def _added(request: MemberRequest, shown: list[str], words: str) -> HttpResponse:
    """Show the recovery codes that come with the first factor: they are stored as hashes."""
    request.session.cycle_key()
    if shown:
        return _codes(request, shown, words)
    messages.success(request, words)
    return redirect(next_path(request, default=HOME))


def _codes(request: MemberRequest, shown: list[str], words: str) -> HttpResponse:
    context = {
        "codes": shown,
        "words": words,
        "together": " ".join(shown),
        "file": "\n".join(["PeerLoop recovery codes, each counts once", *shown, ""]),
        "next": next_path(request, default=HOME),
    }
    return render(request, "accounts/recovery_codes.html", context)


def _changed(request: MemberRequest, words: str) -> Any:
    messages.success(request, words)
    return redirect(HOME)
