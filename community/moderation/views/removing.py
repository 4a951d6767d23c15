"""Take out a post that nobody reported, as who keeps order in its feed (rules MOD-3 to MOD-5)."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.audit.log import require_proof
from accounts.requests import MemberRequest
from community.moderation.access import content_in_scope
from community.moderation.actions import remove_content
from community.moderation.forms import RemovalForm
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.refusals import Refused
from peerloop.kit.reportable import Content


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def remove(request: MemberRequest, kind: str, content_id: uuid.UUID) -> HttpResponse:
    """Say which rule it breaks and why; its author is told and may appeal."""
    content = content_in_scope(request.user, kind, content_id)
    if request.user.keeps_order:
        require_proof()
    if request.method != "POST":
        return _page(request, content, RemovalForm())
    form = RemovalForm(request.POST)
    if not form.is_valid():
        return _page(request, content, form, 422)
    given = form.cleaned_data
    try:
        remove_content(
            content=content,
            rule=given["rule"],
            reason=given["reason"],
            by=request.user,
            at=clock.now(),
        )
    except Refused as refusal:
        if refusal.leads_to:
            raise
        show_refusal(form, refusal)
        return form_again(lambda status: _page(request, content, form, status), refusal)
    messages.success(request, "Removed. Its author is told why, and how to appeal.")
    return redirect(content.page)


def _page(
    request: MemberRequest, content: Content, form: RemovalForm, status: int = 200
) -> HttpResponse:
    lines = [line for line in content.lines if line.is_meant]
    context = {"content": content, "lines": lines, "form": form}
    return render(request, "community/mod_remove.html", context, status=status)
