"""The help center, and writing to support."""

from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from community.conversations.actions import open_support, send_message
from community.models import Conversation
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.htmx import render_page
from peerloop.kit.refusals import Refused
from peerloop.kit.text import one_line
from peerloop.pages.help_questions import groups_about


class SearchForm(forms.Form):
    """What somebody looks for."""

    q = forms.CharField(label="Search the questions", required=False, max_length=200)


class ContactForm(forms.Form):
    """A message to support."""

    content = forms.CharField(
        label="What can we do for you?",
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 6, "autocomplete": "off", "data-keep": "contact", "data-keep-long": ""}
        ),
    )


@require_safe
def help_center(request: HttpRequest) -> HttpResponse:
    """Questions and answers by role; ``?q=`` keeps those that have all its words."""
    form = SearchForm(request.GET)
    search = one_line(form.cleaned_data["q"]) if form.is_valid() else ""
    context = {"search": search, "groups": groups_about(search)}
    return render_page(request, "pages/help_center.html", context, part="pages/_questions.html")


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """How to reach us; a member's message goes into the conversation with support (MSG-7)."""
    member = request.user if isinstance(request.user, User) else None
    form = ContactForm(request.POST if request.method == "POST" and member else None)
    if form.is_bound and member:
        try:
            if form.is_valid():
                return redirect("conversation", _write(member, form.cleaned_data["content"]).pk)
        except Refused as refusal:
            show_refusal(form, refusal)
            return form_again(lambda status: _contact(request, form, status), refusal)
    return _contact(request, form, 422 if form.errors else 200)


@transaction.atomic
def _write(member: User, text: str) -> Conversation:
    """The conversation with the message, or neither."""
    now = clock.now()
    conversation = open_support(by=member, at=now)
    send_message(conversation=conversation, content=text, by=member, at=now)
    return conversation


def _contact(request: HttpRequest, form: ContactForm, status: int) -> HttpResponse:
    context = {"form": form, "address": settings.CONTACT_EMAIL, "back": request.path}
    return render_page(request, "pages/contact.html", context, status=status)
