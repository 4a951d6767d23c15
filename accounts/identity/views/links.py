"""Helpers of the pages that links in mails open."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from peerloop.kit.refusals import Refused


def without_referrer(response: HttpResponse) -> HttpResponse:
    """Keep URLs with a secret out of the Referer header (security ID-11).

    The page's own meta element narrows this to "same-origin": under "no-referrer" browsers send
    forms with the origin "null", which the check against foreign forms refuses.
    """
    response["Referrer-Policy"] = "no-referrer"
    return response


def invalid_link_page(
    request: HttpRequest, refusal: Refused, *, again: str, label: str
) -> HttpResponse:
    """The page of an invalid link; ``again`` is the route where a new one can be requested."""
    context = {
        "refusal": refusal,
        "again": reverse(again),
        "label": label,
        "is_sign_in": again == "account_login",
    }
    page = render(request, "accounts/invalid_link.html", context, status=refusal.status)
    return without_referrer(page)
