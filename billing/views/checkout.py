"""The checkout page: who teaches, when, for how much; an account on the way; off to the payment.

It is open to everybody. Opening it changes nothing: a time is held by a request of its own, which
the page sends by itself, or with the next step where there are no scripts (rule HOLD-1).
"""

from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.identity.access import Unverified
from accounts.identity.forms.sign_in import LogInForm, ShortSignUpForm
from accounts.identity.social.identities import offered
from accounts.models import User
from billing import access
from billing.actions.checkout import chosen_address, start_checkout, start_timed_checkout
from billing.actions.guards import TeachesAlready, obstacle
from billing.forms import EnrollForm
from billing.queries.choices import Choice, choice_of
from billing.queries.offers import PriceOffer, price_offer_of
from billing.visitors import counting, visitor_of
from catalog.models import Course
from learning.actions.enrolling import AlreadyEnrolled
from learning.models import Enrollment
from learning.queries import enrollment_in
from peerloop.kit import clock
from peerloop.kit.formats import utc_iso, zone_of
from peerloop.kit.htmx import go, render_page
from peerloop.kit.refusals import Refused, TooMany
from scheduling.actions.holding import hold_time, let_go
from scheduling.forms_booking import parse_day, parse_instant
from scheduling.queries import TeacherTimes, pick_teacher
from scheduling.queries.matching import visitor_key


@dataclass(frozen=True, slots=True)
class AccountForms:
    """Signing up and signing in, side by side on one page."""

    sign_up: ShortSignUpForm
    sign_in: LogInForm

    @property
    def opens_sign_in(self) -> bool:
        """Whether signing in is what one is at, or what helps."""
        return self.sign_in.is_bound or bool(self.sign_in.initial)

    @classmethod
    def of(cls, request: HttpRequest | None = None, *, act: str = "") -> "AccountForms":
        """The forms; the one that was sent is bound."""
        sent = request.POST if request else None
        return cls(
            ShortSignUpForm(sent if act == "sign-up" else None),
            LogInForm(sent if act == "sign-in" else None, auto_id="sign_in_%s"),
        )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enroll(request: HttpRequest, slug: str) -> HttpResponse:
    """What one gets, from whom, when, for how much; with POST, off to the payment page."""
    course = access.buyable_course(slug, by_slug=True)
    if request.method != "POST":
        return checkout_page(request, course)
    if not isinstance(request.user, User):
        return redirect_to_login(reverse("checkout", args=[slug]))
    form = EnrollForm(request.POST)
    refusal: Refused | None = None
    if form.is_valid():
        try:
            return go(request, _pay(request, request.user, course, form))
        except Refused as refused:
            refusal = refused
    status = refusal.status if refusal else 422
    return checkout_page(request, course, form=form, refusal=refusal, status=status)


def _pay(request: HttpRequest, user: User, course: Course, form: EnrollForm) -> str:
    """The address of the payment page; raises Refused."""
    at, choice = clock.now(), form.cleaned_data["teacher"]
    teacher, start = None, form.cleaned_data["start"]
    if choice == EnrollForm.ANY:
        teacher = pick_teacher(course, student_id=user.pk, at=at)
    elif choice != EnrollForm.LATER:
        teacher = access.chosen_teacher(course, choice, field="teacher")
    if teacher is None or start is None or choice == EnrollForm.ANY:
        return start_checkout(student=user, course=course, teacher=teacher, at=at).url
    visitor = visitor_of(request)
    checkout = start_timed_checkout(
        visitor=visitor,
        course=course,
        teacher=teacher,
        start=start,
        at=at,
        count=counting(request, visitor),
    )
    return checkout.url


@never_cache
@require_POST
def hold(request: HttpRequest, slug: str) -> HttpResponse:
    """Hold the chosen time for this visitor; without a time, let go what is held."""
    course = access.buyable_course(slug, by_slug=True)
    form, at = EnrollForm(request.POST), clock.now()
    teacher_id, start = form.chosen_time()
    if teacher_id is None or start is None:
        let_go(visitor=visitor_of(request))
        return go(request, chosen_address(course.slug, teacher_id, None))
    held, refusal = None, None
    visitor = visitor_of(request, kept=True)
    try:
        teacher = access.chosen_teacher(course, teacher_id, field="teacher")
        held = hold_time(
            visitor=visitor,
            course=course,
            teacher=teacher,
            start=start,
            at=at,
            count=counting(request, visitor),
        )
    except Refused as refused:
        refusal = refused
    if not getattr(request, "htmx", False):
        return go(request, chosen_address(course.slug, teacher_id, start))
    context = {
        "course": course,
        "other_times": chosen_address(course.slug, teacher_id, None),
        "held": held,
        "seconds_left": int((held.expires_at - at).total_seconds()) if held else 0,
        "refusal": refusal,
        "is_over_limit": isinstance(refusal, TooMany),
    }
    return render_page(request, "billing/_hold.html", context)


def checkout_page(
    request: HttpRequest,
    course: Course,
    *,
    form: EnrollForm | None = None,
    account: AccountForms | None = None,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page for whoever asks, with what they chose.

    HTMX, which asks while an address waits to be confirmed, gets nothing until there is something
    new, then the part that comes next.
    """
    user = request.user if isinstance(request.user, User) else None
    at, visitor = clock.now(), visitor_of(request)
    offer = price_offer_of(
        course,
        at=at,
        students=[visitor.holder_id],
        viewer=user,
        visitor=visitor_key(request, at=at),
    )
    teachers = [teacher.row.user_id for teacher in offer.teachers]
    reason = obstacle(student=user, course=course, teachers=teachers)
    waits = isinstance(reason, Unverified)
    if waits and getattr(request, "htmx", False) and request.method == "GET":
        return HttpResponse(status=204)
    context: dict[str, Any] = {
        "layout": "layout/app.html" if user else "layout/public.html",
        "course": course,
        "refusal": refusal if refusal and (waits or not reason) else None,
        "form": form or EnrollForm(),
        "waits": waits,
        "pays": user is not None and not waits,
        "reason": None if waits else reason,
    }
    if reason and not waits:
        context["way_on"] = _way_on(reason, enrollment_in(user, course) if user else None)
    else:
        asked = request.POST or request.GET
        wanted, start = asked.get("teacher") or "", parse_instant(asked.get("start") or "")
        held = visitor.held(at)
        if held and held.course_id == course.pk and not wanted and start is None:
            wanted, start = str(held.teacher_id), held.starts_at
        choice = choice_of(offer, teacher=wanted, start=start, hold=held, at=at)
        context |= _chosen(request, offer, choice, wanted)
        context |= {"account": account or AccountForms.of(), "outside": offered()}
    response = render_page(
        request, "billing/enroll.html", context, part="billing/_checkout_act.html", status=status
    )
    response["X-Robots-Tag"] = "noindex"
    return response


def _chosen(
    request: HttpRequest, offer: PriceOffer, choice: Choice | None, wanted: str
) -> dict[str, Any]:
    """What the page shows of the choice: its time and money, else times to choose from."""
    at, zone = clock.now(), zone_of(getattr(request.user, "timezone", ""))
    course = offer.course
    best = _key_of(offer.best)
    # Without a free teacher the choice is left for later.
    later = wanted or best or EnrollForm.LATER
    context: dict[str, Any] = {
        "offer": offer,
        "choice": choice,
        "chosen": later,
        "is_any_chosen": later == EnrollForm.ANY,
        "is_later_chosen": later == EnrollForm.LATER,
        "leads_to": chosen_address(course.slug, None, None),
    }
    if choice and choice.is_free and choice.start:
        teacher_id = str(choice.teacher.row.user_id)
        return context | {
            "is_timed": True,
            "chosen": teacher_id,
            "start": utc_iso(choice.start),
            "brief": choice.brief(zone=zone, at=at),
            "held": choice.hold,
            "seconds_left": choice.seconds_left(at),
            "leads_to": chosen_address(course.slug, teacher_id, choice.start),
            "other_times": chosen_address(course.slug, teacher_id, None),
        }
    shown = choice or choice_of(offer, teacher=best, start=None, hold=None, at=at)
    if shown is not None:
        teacher_id = str(shown.teacher.row.user_id)
        base = chosen_address(course.slug, teacher_id, None)
        day = parse_day(request.GET.get("day") or "")
        if shown.start and not day:
            day = shown.start.astimezone(zone or UTC).date()
        context |= {
            "shown": shown,
            "strip": shown.strip(zone=zone, at=at, wanted=day),
            "day_base": f"{base}&",
            "nearest": shown.nearest(at) if shown.start else [],
            "leads_to": chosen_address(course.slug, teacher_id if wanted else None, None),
        }
    return context


def _way_on(reason: Refused, enrollment: Enrollment | None) -> tuple[str, str] | None:
    """Words and address of what one can do instead of enrolling."""
    if isinstance(reason, AlreadyEnrolled):
        room = enrollment and reverse("learn-room", args=[enrollment.pk])
        return ("Go to your course", room) if room else None
    return ("Go to teaching", reverse("teach")) if isinstance(reason, TeachesAlready) else None


def _key_of(teacher: TeacherTimes | None) -> str:
    return str(teacher.row.user_id) if teacher else ""
