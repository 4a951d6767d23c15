"""What creators see of the earnings in their courses, and may object to (rule ESC-4)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from billing import access
from billing.actions.escrow import flag_part
from billing.forms import FlagForm
from billing.queries import rows_to_approve
from peerloop.kit import clock
from peerloop.kit.htmx import go, render_page
from peerloop.kit.refusals import Refused

MOST_ROWS = 100


@login_required
@require_safe
def to_approve(request: HttpRequest) -> HttpResponse:
    """Sessions whose earnings are in their waiting days; silence counts as approval."""
    user = access.creating(request.user)
    shares = list(rows_to_approve(user, at=clock.now())[:MOST_ROWS])
    return render_page(
        request,
        "billing/to_approve.html",
        {"shares": shares},
        part="billing/_to_approve.html",
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def flag(request: HttpRequest, split_id: str) -> HttpResponse:
    """Say what is wrong with a session; its earnings wait for an admin then."""
    user = access.member(request.user)
    row = access.approvable_share(user, split_id)
    form = FlagForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            flag_part(split=row, reason=form.cleaned_data["reason"], by=user, at=clock.now())
        except Refused as refusal:
            form.add_error("reason", refusal.message)
        else:
            messages.success(request, "An admin looks into it. The earnings wait until then.")
            return go(request, "earnings-to-approve")
    status = 422 if form.errors else 200
    return render_page(request, "billing/flag.html", {"row": row, "form": form}, status=status)
