"""Signing up and signing in without leaving the checkout: what was chosen is kept on the way."""

from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.identity import known_browsers, sign_in_limits
from accounts.identity.actions.sign_in import member_by_password
from accounts.identity.actions.sign_up import EmailTaken, sign_up
from accounts.identity.adapter import sign_in_browser
from accounts.identity.forms.sign_in import LogInForm
from accounts.identity.origins import origin_of
from accounts.identity.sessions import AFTER_VERIFICATION
from billing import access
from billing.actions.checkout import chosen_address
from billing.forms import EnrollForm
from billing.views.checkout import AccountForms, checkout_page
from billing.visitors import counting, visitor_of
from catalog.models import Course
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.htmx import go
from peerloop.kit.pools import PASSWORDS, runs_in
from peerloop.kit.refusals import Refused
from scheduling.actions.holding import adopt_hold, hold_time


@runs_in(PASSWORDS)
@never_cache
@require_POST
def account(request: HttpRequest, slug: str) -> HttpResponse:
    """Sign up, or sign in with ``act=sign-in``, and go on where one was."""
    course = access.buyable_course(slug, by_slug=True)
    to = _way_back(request, course)
    if request.user.is_authenticated:
        return go(request, to)
    act = "sign-in" if request.POST.get("act") == "sign-in" else "sign-up"
    forms = AccountForms.of(request, act=act)
    try:
        return _sign_in(request, forms, to) if act == "sign-in" else _sign_up(request, forms, to)
    except EmailTaken as taken:
        forms.sign_up.is_valid()
        show_refusal(forms.sign_up, taken)
        again = LogInForm(initial={"email": request.POST.get("email")}, auto_id="sign_in_%s")
        return _again(request, course, AccountForms(forms.sign_up, again), taken)
    except Refused as refusal:
        form = forms.sign_in if act == "sign-in" else forms.sign_up
        if form.is_valid():
            show_refusal(form, refusal)
        return _again(request, course, forms, refusal)


def _sign_up(request: HttpRequest, forms: AccountForms, to: str) -> HttpResponse:
    if not forms.sign_up.is_valid():
        sign_in_limits.count_address(request, "signup")
        raise _Unreadable
    given = forms.sign_up.cleaned_data
    sign_in_limits.count_both(request, "signup", sign_in_limits.account_of(given["email"]))
    user = sign_up(**given, origin=origin_of(request), leads_to=to, at=clock.now())
    request.session[AFTER_VERIFICATION] = to
    return _signed_in(request, sign_in_browser(request, user, to=to))


def _sign_in(request: HttpRequest, forms: AccountForms, to: str) -> HttpResponse:
    if not forms.sign_in.is_valid():
        sign_in_limits.count_address(request, "login")
        raise _Unreadable
    given = forms.sign_in.cleaned_data
    sign_in_limits.count_both(request, "login", known_browsers.counted_as(request, given["email"]))
    user = member_by_password(request=request, email=given["email"], password=given["password"])
    answer = sign_in_browser(request, user, to=to, timezone=given["timezone"])
    return _signed_in(request, answer)


def _signed_in(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """What the browser held is the member's from here on, in every browser of theirs.

    Who still has to give a second factor is not signed in yet, and keeps it in this one.
    """
    visitor = visitor_of(request)
    if visitor.member is not None:
        adopt_hold(visitor=visitor, at=clock.now())
    return answer


class _Unreadable(Refused):
    """The form says what is missing."""

    status = 422


def _way_back(request: HttpRequest, course: Course) -> str:
    """The checkout with all that was chosen; the time is held on the way, if it can be."""
    teacher_id, start = EnrollForm(request.POST).chosen_time()
    if teacher_id is not None and start is not None:
        visitor = visitor_of(request, kept=True)
        with suppress(Refused):
            hold_time(
                visitor=visitor,
                course=course,
                teacher=access.chosen_teacher(course, teacher_id, field="teacher"),
                start=start,
                at=clock.now(),
                count=counting(request, visitor),
            )
    return chosen_address(course.slug, teacher_id, start)


def _again(
    request: HttpRequest, course: Course, forms: AccountForms, refusal: Refused
) -> HttpResponse:
    """The checkout page again, with what was typed and why it did not do."""
    return form_again(
        lambda status: checkout_page(request, course, account=forms, status=status), refusal
    )
