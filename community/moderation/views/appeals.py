"""Appeals: the form behind a signed link, and the admins' list (rule MOD-7)."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.audit.log import require_proof
from accounts.requests import MemberRequest
from community.models import Appeal
from community.models.moderation_decision import APPEAL_TIME
from community.moderation import queries
from community.moderation.access import AppealLink, appeal_link
from community.moderation.actions import decide_appeal, file_appeal
from community.moderation.actions.appealing import require_open
from community.moderation.forms import AppealAnswerForm, AppealForm
from community.moderation.limits import count_appeal
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.paging import page_asked, page_links
from peerloop.kit.refusals import Forbidden, Missing, Refused

SHOWN = 20
ASKED = require_http_methods(["GET", "HEAD", "POST"])


@ASKED
@never_cache
def appeal(request: HttpRequest, token: str) -> HttpResponse:
    """Object to a decision; the link is enough, so that it works under a suspension."""
    link = appeal_link(token)
    try:
        require_open(link, at=clock.now())
    except Refused as refusal:
        return _page(request, link, None, refusal.status, why=refusal.message)
    if request.method != "POST":
        return _page(request, link, AppealForm())
    form = AppealForm(request.POST)
    if not form.is_valid():
        return _page(request, link, form, 422)
    try:
        count_appeal(request)
        file_appeal(link=link, text=form.cleaned_data["text"], at=clock.now())
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: _page(request, link, form, status), refusal)
    words = "Your appeal is with us. An admin who had no part in the decision looks at it."
    return _page(request, link, None, why=words)


@require_safe
@login_required
def appeals(request: MemberRequest) -> HttpResponse:
    """Appeals that wait for an admin; with ``?show=decided`` those that were decided."""
    _require_admin(request)
    is_decided = request.GET.get("show") == "decided"
    page = page_asked(request.GET.get("page", ""), SHOWN)
    rows, total = queries.appeals(page, is_decided=is_decided)
    context = {"rows": rows, "page": page_links(total, page), "is_decided": is_decided}
    return render(request, "community/mod_appeals.html", context)


@ASKED
@login_required
def answer(request: MemberRequest, appeal_id: uuid.UUID) -> HttpResponse:
    """Decide one appeal."""
    _require_admin(request)
    rows = Appeal.objects.select_related(
        "decision__case__author", "decision__actor", "decision__target_user", "user"
    )
    found = rows.filter(pk=appeal_id).first()
    if found is None:
        raise Missing
    require_proof()
    if request.method != "POST":
        return _answer_page(request, found, AppealAnswerForm())
    form = AppealAnswerForm(request.POST)
    if not form.is_valid():
        return _answer_page(request, found, form, 422)
    given = form.cleaned_data
    try:
        decide_appeal(
            appeal=found,
            is_reversed=given["is_reversed"] == "1",
            answer=given["answer"],
            by=request.user,
            at=clock.now(),
        )
    except Refused as refusal:
        if refusal.leads_to:
            raise
        show_refusal(form, refusal)
        return form_again(lambda status: _answer_page(request, found, form, status), refusal)
    messages.success(request, "Decided. Who appealed is told.")
    return redirect("mod-appeals")


def _require_admin(request: MemberRequest) -> None:
    if not request.user.is_admin:
        raise Forbidden("Appeals are decided by admins.")


def _page(
    request: HttpRequest,
    link: AppealLink,
    form: AppealForm | None,
    status: int = 200,
    *,
    why: str = "",
) -> HttpResponse:
    context = {
        "decision": link.decision,
        "is_author": link.flag is None,
        "until": link.decision.created_at + APPEAL_TIME,
        "form": form,
        "why": why,
    }
    return render(request, "community/appeal.html", context, status=status)


def _answer_page(
    request: MemberRequest, row: Appeal, form: AppealAnswerForm, status: int = 200
) -> HttpResponse:
    had_part = request.user.pk in (row.decision.actor_id, row.decision.target_user_id, row.user_id)
    context = {"row": row, "form": form, "had_part": had_part}
    return render(request, "community/mod_appeal.html", context, status=status)
