"""Choosing a teacher and paying; coming back from the payment page."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.identity.access import Unverified
from accounts.models import User
from billing import access
from billing.actions.checkout import start_checkout
from billing.actions.guards import TeachesAlready, obstacle
from billing.actions.settling import settle_checkout
from billing.forms import EnrollForm
from billing.models import CheckoutSession, Transaction
from billing.queries.offers import PriceOffer, price_offer_of
from catalog.models import Course
from learning.actions.enrolling import AlreadyEnrolled
from learning.models import Enrollment
from learning.queries import enrollment_in
from peerloop.kit import clock
from peerloop.kit.htmx import go, render_page
from peerloop.kit.providers import Unavailable
from peerloop.kit.refusals import Refused
from peerloop.kit.text import isolated
from scheduling.queries import pick_teacher

LOOKS = 5
LOOK_AGAIN = timedelta(seconds=1)
Status = CheckoutSession.Status


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def enroll(request: HttpRequest, slug: str) -> HttpResponse:
    """What one gets, from whom, for how much; with POST, off to the payment page."""
    user = access.member(request.user)
    course = access.buyable_course(slug, by_slug=True)
    form = EnrollForm(request.POST or None)
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            return go(request, _pay(user, course, form))
        except Refused as refused:
            refusal = refused
    status = refusal.status if refusal else 422 if form.errors else 200
    return _enroll_page(request, user, course, form, refusal, status=status)


def _pay(user: User, course: Course, form: EnrollForm) -> str:
    """The address of the payment page; raises Refused."""
    at, choice = clock.now(), form.cleaned_data["teacher"]
    teacher = None
    if choice == EnrollForm.ANY:
        teacher = pick_teacher(course, student_id=user.pk, at=at)
    elif choice != EnrollForm.LATER:
        teacher = access.chosen_teacher(course, choice, field="teacher")
    return start_checkout(student=user, course=course, teacher=teacher, at=at).url


def _enroll_page(
    request: HttpRequest,
    user: User,
    course: Course,
    form: EnrollForm,
    refusal: Refused | None,
    *,
    status: int,
) -> HttpResponse:
    offer = price_offer_of(course, at=clock.now())
    teachers = [teacher.user.pk for teacher in offer.teachers]
    reason = obstacle(student=user, course=course, teachers=teachers)
    context: dict[str, Any] = {
        "course": course,
        "reason": reason,
        "refusal": refusal if refusal and not reason else None,
        "form": form,
    }
    if reason:
        enrollment = enrollment_in(user, course)
        context["way_on"] = _way_on(reason, enrollment)
    else:
        wanted = request.POST.get("teacher") or request.GET.get("teacher") or ""
        chosen = wanted or _default_choice(offer)
        context |= {
            "offer": offer,
            "chosen": chosen,
            "is_any_chosen": chosen == EnrollForm.ANY,
            "is_later_chosen": chosen == EnrollForm.LATER,
        }
    return render_page(request, "billing/enroll.html", context, status=status)


def _way_on(reason: Refused, enrollment: Enrollment | None) -> tuple[str, str] | None:
    """Words and address of what one can do instead of enrolling."""
    if isinstance(reason, AlreadyEnrolled):
        room = enrollment and reverse("learn-room", args=[enrollment.pk])
        return ("Go to your course", room) if room else None
    if isinstance(reason, Unverified):
        return "Send the link again", reverse("ask-verification")
    return ("Go to teaching", reverse("teach")) if isinstance(reason, TeachesAlready) else None


def _default_choice(offer: PriceOffer) -> str:
    """The teacher with the soonest time; without one, the choice is left for later."""
    first = next((teacher for teacher in offer.teachers if teacher.next_at), None)
    return str(first.user.pk) if first else EnrollForm.LATER


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
    }
    return render_page(request, "billing/success.html", context, part="billing/_paid_state.html")


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
