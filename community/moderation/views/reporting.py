"""The forms by which content is reported, with and without an account (rule MOD-1, DSA 16)."""

import uuid
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from community.moderation.access import content_at, content_in_reach
from community.moderation.actions import flag_content, report_address
from community.moderation.forms import FlagForm, ReportForm
from community.moderation.limits import count_flag, count_report
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.network import is_own_address
from peerloop.kit.refusals import Invalid, Refused
from peerloop.kit.reportable import Content

ASKED = require_http_methods(["GET", "HEAD", "POST"])


@ASKED
def flag(request: HttpRequest, kind: str, content_id: uuid.UUID) -> HttpResponse:
    """Report a piece of content; who is signed out is led to the form for everybody."""
    if not isinstance(request.user, User):
        return redirect("report")
    content = content_in_reach(request.user, kind, content_id)
    form = FlagForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _flag_page(request, content, form)
    if not form.is_valid():
        return _flag_page(request, content, form, 422)
    try:
        count_flag(request.user.pk)
        flag_content(content=content, by=request.user, at=clock.now(), **form.cleaned_data)
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: _flag_page(request, content, form, status), refusal)
    messages.success(request, "Thank you. A moderator looks at it, and we tell you the outcome.")
    return redirect(_back(request, content))


@ASKED
def report(request: HttpRequest) -> HttpResponse:
    """Report whatever has an address here; needs no account."""
    if request.method != "POST":
        about = request.GET.get("about", "")
        address = request.build_absolute_uri(about) if about.startswith("/") else ""
        return _report_page(request, ReportForm(initial={"address": address}))
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _report_page(request, form, 422)
    if form.cleaned_data["homepage"]:
        # A program filled in what people don't see: it learns nothing from the answer.
        return redirect("report-sent")
    try:
        _report(request, form.cleaned_data)
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: _report_page(request, form, status), refusal)
    return redirect("report-sent")


@require_safe
def report_sent(request: HttpRequest) -> HttpResponse:
    """What happens with a report."""
    return render(request, "community/report_sent.html")


def _report(request: HttpRequest, given: dict[str, Any]) -> None:
    path = _own_path(request, given["address"])
    by = request.user if isinstance(request.user, User) else None
    if by is None:
        count_report(request)
    else:
        count_flag(by.pk)
    report_address(
        address=path,
        content=content_at(path),
        reason=given["reason"],
        details=given["details"],
        name=" ".join(given["name"].split()) if by is None else "",
        email=given["email"] if by is None else "",
        by=by,
        at=clock.now(),
    )


def _own_path(request: HttpRequest, address: str) -> str:
    """The path of an address of ours; raises Invalid for one of somebody else."""
    address = address.strip()
    if "://" not in address and not address.startswith("/"):
        address = f"//{address}"
    path = urlsplit(address).path if is_own_address(request, address) else ""
    if not path:
        raise Invalid.field("address", "Give the address of a page on PeerLoop.")
    # Two slashes at the beginning would lead moderators to another site.
    return f"/{path.lstrip('/')}"


def _flag_page(
    request: HttpRequest, content: Content, form: FlagForm, status: int = 200
) -> HttpResponse:
    lines = [line for line in content.lines if line.is_meant]
    context = {"content": content, "lines": lines, "form": form, "back": _back(request, content)}
    return render(request, "community/flag.html", context, status=status)


def _report_page(request: HttpRequest, form: ReportForm, status: int = 200) -> HttpResponse:
    return render(request, "community/report.html", {"form": form}, status=status)


def _back(request: HttpRequest, content: Content) -> str:
    return content.page or reverse("conversations")
