"""Shows what somebody is writing as it will look, before they send it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from accounts.requests import MemberRequest
from community.models.post import LONGEST_POST
from community.text import checked_text
from peerloop.kit.htmx import render_page
from peerloop.kit.refusals import Invalid


@require_POST
@login_required
def preview(request: MemberRequest) -> HttpResponse:
    """The text of the field ``content`` as it will look, or why it can't be sent."""
    words, problem = "", ""
    try:
        words = checked_text(request.POST.get("content", ""), most=LONGEST_POST)
    except Invalid as refusal:
        problem = refusal.fields["content"][0]
    context = {"words": words, "problem": problem}
    return render_page(request, "community/preview.html", context, part="community/_preview.html")
