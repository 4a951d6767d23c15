"""The creator's newsletters: list, editor, subscribers."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import MemberRequest
from community.models import Newsletter
from community.newsletters.access import own_newsletter, require_creator
from community.newsletters.actions import (
    change_newsletter,
    delete_newsletter,
    send_test,
    write_newsletter,
)
from community.newsletters.forms import NewsletterForm, words_of
from community.newsletters.queries import newsletters_of, readers_of, subscribers_of
from community.newsletters.rules import checked_words
from community.newsletters.views.sending import result
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.htmx import render_page
from peerloop.kit.paging import CappedPaginator
from peerloop.kit.refusals import Invalid, Refused

A_PAGE = 20
ASKED = require_http_methods(["GET", "HEAD", "POST"])
FORM = "community/newsletter_form.html"


@require_safe
@login_required
def newsletters(request: MemberRequest) -> HttpResponse:
    """All of them with their figures, and how many subscribed."""
    require_creator(request.user)
    rows = CappedPaginator(newsletters_of(request.user), A_PAGE)
    context = {
        "newsletters": rows.get_page(request.GET.get("page")),
        "readers": readers_of(request.user),
    }
    return render_page(request, "community/newsletters.html", context)


@require_safe
@login_required
def subscribers(request: MemberRequest) -> HttpResponse:
    """Who subscribed, the newest first."""
    require_creator(request.user)
    rows = CappedPaginator(subscribers_of(request.user), A_PAGE)
    context = {
        "subscribers": rows.get_page(request.GET.get("page")),
        "readers": readers_of(request.user),
    }
    return render_page(request, "community/newsletter_subscribers.html", context)


@ASKED
@login_required
def new(request: MemberRequest) -> HttpResponse:
    """Write a draft."""
    require_creator(request.user)
    form = NewsletterForm(request.POST or None)
    if request.method != "POST":
        return _form(request, form, None)
    return _save(request, form, None)


@ASKED
@login_required
def newsletter(request: MemberRequest, newsletter_id: uuid.UUID) -> HttpResponse:
    """The editor of a draft; of what was scheduled or sent, how far it is."""
    row = own_newsletter(request.user, newsletter_id)
    if request.method == "POST":
        return _save(request, NewsletterForm(request.POST), row)
    return _form(request, words_of(row), row) if row.is_draft else result(request, row)


@require_POST
@login_required
def preview(request: MemberRequest) -> HttpResponse:
    """How the text will look, while it is written."""
    require_creator(request.user)
    form = NewsletterForm(request.POST)
    form.is_valid()
    given = form.cleaned_data
    context: dict[str, Any] = {}
    try:
        words = checked_words(
            given.get("subject") or "", given.get("body") or "", by=request.user, at=clock.now()
        )
        context["subject"], context["body"] = words
    except Invalid as refusal:
        context["refusal"] = refusal
    return render_page(
        request,
        "community/newsletter_preview.html",
        context,
        part="community/_newsletter_preview.html",
    )


@require_POST
@login_required
def test(request: MemberRequest, newsletter_id: uuid.UUID) -> HttpResponse:
    """Mail it to oneself."""
    row = own_newsletter(request.user, newsletter_id)
    send_test(newsletter=row, by=request.user, at=clock.now())
    messages.success(request, f"A test mail is on its way to {request.user.email}.")
    return redirect("newsletter", row.pk)


@require_POST
@login_required
def delete(request: MemberRequest, newsletter_id: uuid.UUID) -> HttpResponse:
    """Delete a draft."""
    delete_newsletter(newsletter=own_newsletter(request.user, newsletter_id))
    messages.success(request, "The draft is deleted.")
    return redirect("newsletters")


def _save(request: MemberRequest, form: NewsletterForm, row: Newsletter | None) -> HttpResponse:
    if not form.is_valid():
        return _form(request, form, row, 422)
    subject, body = form.cleaned_data["subject"], form.cleaned_data["body"]
    try:
        if row is None:
            row = write_newsletter(subject=subject, body=body, by=request.user, at=clock.now())
        else:
            row = change_newsletter(newsletter=row, subject=subject, body=body, at=clock.now())
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: _form(request, form, row, status), refusal)
    messages.success(request, "Your draft is saved.")
    return redirect("newsletter", row.pk)


def _form(
    request: MemberRequest, form: NewsletterForm, row: Newsletter | None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "newsletter": row, "readers": readers_of(request.user)}
    return render(request, FORM, context, status=status)
