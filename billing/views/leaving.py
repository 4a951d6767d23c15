"""Leaving a course: what comes back is shown, line by line, before it is confirmed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from billing import access
from billing.actions.refunds import cancel_enrollment
from billing.forms import CancelForm
from billing.queries.refund_preview import due_cents, preview_cancellation
from learning.access import own_enrollment
from peerloop.kit import clock
from peerloop.kit.formats import money_text
from peerloop.kit.htmx import go, render_page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, enrollment_id: str) -> HttpResponse:
    """Show the computed refund; with POST, end the enrollment at once (rule REF-5)."""
    student = access.member(request.user)
    enrollment = own_enrollment(student, enrollment_id)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        refund = cancel_enrollment(
            enrollment=enrollment,
            by=student,
            reason=form.cleaned_data["reason"],
            at=clock.now(),
        )
        cents = refund.policy_cents if refund else due_cents(enrollment)
        words = f"{money_text(cents)} comes back to you." if cents else "No money moves."
        messages.success(request, f"You left the course. {words}")
        return go(request, "learn")
    context = {
        "enrollment": enrollment,
        "preview": preview_cancellation(enrollment=enrollment, at=clock.now()),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render_page(request, "billing/leave.html", context, status=status)
