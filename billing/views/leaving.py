"""Leaving a course: what comes back is shown, line by line, before it is confirmed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from billing.actions.refunds import cancel_enrollment, preview_cancellation
from billing.forms import CancelForm
from learning.access import own_enrollment
from peerloop.kit import clock
from peerloop.kit.formats import money_text
from peerloop.kit.htmx import go, render_page


@login_required
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, enrollment_id: str) -> HttpResponse:
    """Show the computed refund; with POST, end the enrollment at once (rule REF-5)."""
    enrollment = own_enrollment(request.user, enrollment_id)  # type: ignore[arg-type]
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        refund = cancel_enrollment(
            enrollment=enrollment,
            by=request.user,  # type: ignore[arg-type]
            reason=form.cleaned_data["reason"],
            at=clock.now(),
        )
        amount = money_text(refund.policy_cents) if refund else ""
        words = f"{amount} comes back to you." if refund else "Nothing was left to send back."
        messages.success(request, f"You left the course. {words}")
        return go(request, "/learn")
    context = {
        "enrollment": enrollment,
        "preview": preview_cancellation(enrollment=enrollment, at=clock.now()),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render_page(request, "billing/leave.html", context, status=status)
