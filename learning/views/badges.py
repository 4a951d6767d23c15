"""Badges and what their verifiers need. Open to everybody, and to scripts of other sites."""

import json
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from learning.badges import credentials
from learning.badges.checking import MOST_CHARACTERS, Checked, check_badge
from learning.badges.keys import key_url
from learning.badges.status import list_url, signed_list
from learning.models import BadgeKey
from learning.queries import certificate_by_code
from peerloop.kit import clock
from peerloop.kit.forms import show_refusal
from peerloop.kit.htmx import render_page
from peerloop.kit.refusals import Missing, Refused

SIGNED = "application/vc+jwt"
A_DAY, FIVE_MINUTES = 86_400, 300


class BadgeForm(forms.Form):
    """A badge to check."""

    badge = forms.CharField(
        label="The text of the badge",
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(
            attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false", "class": "control code"}
        ),
    )


@require_safe
def badge(request: HttpRequest, code: str) -> HttpResponse:
    """The badge of an issued certificate, as a file."""
    certificate = certificate_by_code(code)
    if certificate is None or not certificate.is_issued:
        raise Missing
    answer = _open(credentials.signed_badge(certificate, clock.now()), SIGNED, FIVE_MINUTES)
    answer["Content-Disposition"] = f'attachment; filename="peerloop-{certificate.code}.jwt"'
    return answer


@require_safe
def issuer(request: HttpRequest) -> HttpResponse:
    """PeerLoop as the issuer that badges name."""
    context = {"@context": credentials.CONTEXTS}
    return _json(context | credentials.issuer(), A_DAY)


@require_safe
def key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """One public key (RFC 7517); retired ones too, since old badges name them."""
    return _json(get_object_or_404(BadgeKey, pk=key_id).public_key, A_DAY)


@require_safe
def status(request: HttpRequest, number: int) -> HttpResponse:
    """The signed list of which badges were revoked."""
    return _open(signed_list(number, credentials.issuer(), clock.now()), SIGNED, FIVE_MINUTES)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Check a badge, and how to check badges without us."""
    form = BadgeForm(request.POST if request.method == "POST" else None)
    found: Checked | None = None
    if form.is_bound and form.is_valid():
        try:
            found = check_badge(form.cleaned_data["badge"])
        except Refused as refusal:
            show_refusal(form, refusal)
    signing = BadgeKey.objects.filter(retired_at=None).first()
    context = {
        "form": form,
        "found": found,
        "key_url": key_url(signing) if signing else "",
        "issuer_url": credentials.issuer()["id"],
        "status_url": list_url(0),
    }
    return render_page(request, "learning/badges.html", context, status=422 if form.errors else 200)


def _json(content: dict[str, Any], seconds: int) -> HttpResponse:
    return _open(json.dumps(content), "application/json", seconds)


def _open(text: str, kind: str, seconds: int) -> HttpResponse:
    """An answer that scripts of any site may read: it holds nothing that is not public."""
    return HttpResponse(
        text,
        content_type=kind,
        headers={
            "Access-Control-Allow-Origin": "*",
            "Cache-Control": f"public, max-age={seconds}",
        },
    )
