"""Pages of questions: the form of a course, the creator's inbox, a thread for each side."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.requests import MemberRequest
from catalog.access import listed_course
from catalog.inquiries.access import asked_inquiry, received_inquiry, require_creator
from catalog.inquiries.actions import ask_creator, put_away, write_to
from catalog.inquiries.forms import AnswerForm, QuestionForm
from catalog.inquiries.limits import count_question
from catalog.inquiries.links import inquiry_of
from catalog.inquiries.queries import done_inquiries, waiting_inquiries
from catalog.models import Course, Inquiry, Side
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.htmx import render_page
from peerloop.kit.paging import CappedPaginator
from peerloop.kit.refusals import Refused

ASKED = require_http_methods(["GET", "HEAD", "POST"])
A_PAGE = 20
PAGE, PART = "catalog/inquiries/ask.html", "catalog/inquiries/_ask.html"


@ASKED
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask the creator of a listed course; needs no account."""
    course = listed_course(slug)
    given = request.POST if request.method == "POST" else None
    form = QuestionForm(given, is_member=request.user.is_authenticated)
    if given is None:
        return _question(request, course, form)
    if not form.is_valid():
        return _question(request, course, form, 422)
    # A program filled in what people don't see: it learns nothing from the answer.
    if not form.cleaned_data.pop("homepage"):
        try:
            _ask(request, course, form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
            return form_again(lambda status: _question(request, course, form, status), refusal)
    if getattr(request, "htmx", False):
        return render(request, "catalog/inquiries/_asked.html", {"course": course})
    messages.success(request, "Your question is on its way. The answer comes by mail.")
    return redirect("course", course.slug)


@require_safe
@login_required
def inbox(request: MemberRequest) -> HttpResponse:
    """The questions to the member: those that wait, or the others."""
    require_creator(request.user)
    shows_done = request.GET.get("show") == "done"
    rows = (done_inquiries if shows_done else waiting_inquiries)(request.user)
    found = CappedPaginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {"inquiries": found, "shows_done": shows_done, "shows_waiting": not shows_done}
    return render_page(request, "catalog/inquiries/inbox.html", context)


@ASKED
@login_required
def received(request: MemberRequest, inquiry_id: UUID) -> HttpResponse:
    """A question to the member, with the answer to it."""
    inquiry = received_inquiry(request.user, inquiry_id)
    return _thread(request, inquiry, Side.CREATOR, reverse("inquiry", args=[inquiry.pk]))


@require_POST
@login_required
def status(request: MemberRequest, inquiry_id: UUID) -> HttpResponse:
    """Close a question, mark it as spam or open it again, as ``status`` says."""
    inquiry = received_inquiry(request.user, inquiry_id)
    wanted = request.POST.get("status", "")
    put_away(inquiry=inquiry, status=wanted, by=request.user, at=clock.now())
    return redirect("inquiries")


@ASKED
@login_required
def own(request: MemberRequest, inquiry_id: UUID) -> HttpResponse:
    """A question of the member, with what was answered."""
    inquiry = asked_inquiry(request.user, inquiry_id)
    return _thread(request, inquiry, Side.ASKER, reverse("own-inquiry", args=[inquiry.pk]))


@ASKED
def by_mail(request: HttpRequest, token: str) -> HttpResponse:
    """A question opened by the link of a mail, without signing in."""
    inquiry, side = inquiry_of(token, at=clock.now())
    return _thread(request, inquiry, side, reverse("inquiry-by-mail", args=[token]))


def _ask(request: HttpRequest, course: Course, given: dict[str, Any]) -> None:
    by = request.user if isinstance(request.user, User) else None
    count_question(request, given.get("email", ""))
    ask_creator(course=course, by=by, at=clock.now(), **given)


def _question(
    request: HttpRequest, course: Course, form: QuestionForm, status: int = 200
) -> HttpResponse:
    context = {"course": course, "form": form}
    return render_page(request, PAGE, context, part=PART, status=status)


def _thread(request: HttpRequest, inquiry: Inquiry, side: Side, path: str) -> HttpResponse:
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            write_to(inquiry=inquiry, side=side, at=clock.now(), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
            return form_again(lambda code: _shown(request, inquiry, side, form, code), refusal)
        messages.success(request, "Sent.")
        return redirect(path)
    return _shown(request, inquiry, side, form, 422 if form.errors else 200)


def _shown(
    request: HttpRequest, inquiry: Inquiry, side: Side, form: AnswerForm, status: int
) -> HttpResponse:
    context = {
        "inquiry": inquiry,
        "said": inquiry.messages.order_by("created_at", "pk"),
        "answers": side == Side.CREATOR,
        "puts_away": side == Side.CREATOR and request.user.pk == inquiry.creator_id,
        "form": form,
    }
    return render(request, "catalog/inquiries/thread.html", context, status=status)
