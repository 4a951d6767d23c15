"""Coming back from the payment page."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from billing import access
from billing.actions.settling import settle_checkout
from billing.models import CheckoutSession, Transaction
from learning.models import Enrollment
from peerloop.kit import clock
from peerloop.kit.formats import utc_iso
from peerloop.kit.htmx import render_page
from peerloop.kit.providers import Unavailable
from peerloop.kit.text import isolated
from scheduling.models import Session
from scheduling.queries.free_times import nearest_free

LOOKS = 5
LOOK_AGAIN = timedelta(seconds=1)
Status = CheckoutSession.Status


@login_required
@require_safe
def success(request: HttpRequest) -> HttpResponse:
    """Back from paying: says how it stands. The page proves nothing; the provider is asked.

    The same idempotent step as the event's, should that be late (rule ENR-3). With HTMX the state
    is looked at every two seconds up to ten; without it, by reload.
    """
    user = access.member(request.user)
    session_id = request.GET.get("session_id", "")
    checkout = access.own_checkout(user, session_id)
    look = _look_number(request.GET.get("look", ""))
    if checkout.status == Status.OPEN:
        checkout = _looked_at(checkout)
    payment = (
        Transaction.objects.select_related("enrollment__teacher").filter(checkout=checkout).first()
    )
    enrollment = payment.enrollment if payment else None
    teacher = enrollment.teacher if enrollment else None
    context = {
        "with_teacher": f"With {isolated(teacher.name)}" if teacher else "",
        "checkout": checkout,
        "course": checkout.course,
        "payment": payment,
        "enrollment": enrollment,
        "waits": checkout.status == Status.OPEN,
        "next_look": _look_address(session_id, look + 1) if look < LOOKS else "",
        "again": _look_address(session_id, 0),
        **(_first_session(checkout, enrollment) if enrollment else {}),
    }
    return render_page(request, "billing/success.html", context, part="billing/_paid_state.html")


def _first_session(checkout: CheckoutSession, enrollment: Enrollment) -> dict[str, Any]:
    """The session that the payment booked; or the nearest free times, if its time was taken."""
    sessions = Session.objects.using_place().filter(enrollment=enrollment)
    session = sessions.select_related("teacher").order_by("scheduled_start").first()
    teacher, wanted = enrollment.teacher, checkout.starts_at
    if session or wanted is None:
        return {"session": session}
    free = []
    if teacher is not None:
        minutes = checkout.course.session_minutes
        free = nearest_free(
            teacher, checkout.student, minutes=minutes, wanted=wanted, at=clock.now()
        )
    confirm = reverse("learn-book-confirm", args=[enrollment.pk])
    links = [
        (start, f"{confirm}?{urlencode({'teacher': str(teacher.pk), 'start': utc_iso(start)})}")
        for start in free
        if teacher
    ]
    return {"session": None, "was_taken": wanted, "nearest": links}


def _looked_at(checkout: CheckoutSession) -> CheckoutSession:
    """Ask the provider, at most once a second a checkout, however often the page is reloaded."""
    at = clock.now()
    if checkout.checked_at is not None and checkout.checked_at > at - LOOK_AGAIN:
        return checkout
    try:
        return settle_checkout(checkout=checkout, at=at)
    except Unavailable:
        # The event or the sweep will bring it; the page says that it waits.
        return checkout


def _look_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0


def _look_address(session_id: str, look: int) -> str:
    query = {"session_id": session_id, **({"look": look} if look else {})}
    return f"{reverse('checkout-success')}?{urlencode(query)}"
