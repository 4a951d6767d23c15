"""The queue of reported content, and one case (rules MOD-3 to MOD-5)."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.audit.log import require_proof
from accounts.requests import MemberRequest
from community.models import ModerationCase, Target
from community.moderation import queries
from community.moderation.access import case_in_scope
from community.moderation.actions import Verdict, decide_case, restore_content
from community.moderation.forms import DecisionForm, ReasonForm
from community.moderation.rules import NotYours, require_may_decide
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.paging import page_asked, page_links
from peerloop.kit.refusals import Refused

SHOWN = 20


@require_safe
@login_required
def queue(request: MemberRequest) -> HttpResponse:
    """What waits, urgent and oldest first; with ``?show=decided`` what was decided."""
    is_decided = request.GET.get("show") == "decided"
    target = request.GET.get("type", "")
    page = page_asked(request.GET.get("page", ""), SHOWN)
    found = queries.queue(request.user, page, is_decided=is_decided, target=target)
    context = {
        "found": found,
        "page": page_links(found.total, page),
        "is_decided": is_decided,
        "target": target if target in Target.values else "",
        "targets": Target.choices,
        "is_platform": request.user.keeps_order,
    }
    return render(request, "community/mod_queue.html", context)


@require_safe
@login_required
def case(request: MemberRequest, case_id: uuid.UUID) -> HttpResponse:
    """One case; staff prove who they are before they fill in the form."""
    found = case_in_scope(request.user, case_id)
    if request.user.keeps_order:
        require_proof()
    return _page(request, found)


@require_POST
@login_required
def decide(request: MemberRequest, case_id: uuid.UUID) -> HttpResponse:
    """Decide a case; the next one that waits is offered."""
    found = case_in_scope(request.user, case_id)
    form = _form(request, found, request.POST)
    if not form.is_valid():
        return _page(request, found, form, 422)
    given = form.cleaned_data
    verdict = Verdict(
        action=given["action"],
        reason=given["reason"],
        rule=given["rule"],
        days=form.sanction_days,
        takes_out=given.get("takes_out", False),
    )
    try:
        decide_case(case=found, verdict=verdict, by=request.user, at=clock.now())
    except Refused as refusal:
        return _refused(request, found, form, refusal)
    messages.success(request, "Decided. Both sides are told.")
    return redirect("mod")


@require_POST
@login_required
def restore(request: MemberRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show again what was removed."""
    found = case_in_scope(request.user, case_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say why it is restored.")
        return redirect("mod-case", found.pk)
    reason = form.cleaned_data["reason"]
    restore_content(case=found, reason=reason, by=request.user, at=clock.now())
    messages.success(request, "Restored. Its author is told.")
    return redirect("mod-case", found.pk)


def _refused(
    request: MemberRequest, case: ModerationCase, form: DecisionForm, refusal: Refused
) -> HttpResponse:
    if refusal.leads_to:
        raise refusal
    show_refusal(form, refusal)
    case.refresh_from_db()
    return form_again(lambda status: _page(request, case, form, status), refusal)


def _page(
    request: MemberRequest,
    case: ModerationCase,
    form: DecisionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    obstacle = ""
    try:
        require_may_decide(request.user, case)
    except NotYours as refusal:
        obstacle = refusal.message
    context = {
        "one": queries.case_page(request.user, case),
        "form": form or _form(request, case),
        "restore_form": ReasonForm(),
        "obstacle": obstacle,
        "is_platform": request.user.keeps_order,
    }
    return render(request, "community/mod_case.html", context, status=status)


def _form(request: MemberRequest, case: ModerationCase, data: Any = None) -> DecisionForm:
    return DecisionForm(
        data,
        is_page=case.target_type == Target.PAGE,
        is_platform=request.user.keeps_order,
        is_admin=request.user.is_admin,
    )
