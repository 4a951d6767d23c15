"""Public reviews: to read, to write, to answer."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.members.access import visible_member_of_handle
from accounts.members.queries.profiles import sees_whole_profile
from accounts.requests import MemberRequest
from catalog.access import listed_course
from learning.access import own_enrollment
from learning.access_reviews import public_review, review_to_answer
from learning.actions.expectations import state_expectations
from learning.actions.reviews import answer_review, change_review, mark_helpful, write_review
from learning.forms_reviews import AnswerForm, ExpectationsForm, ReviewForm, sort_asked
from learning.models import Enrollment, Expectations, Review
from learning.queries.reviews import (
    SORTS,
    Spread,
    as_seen,
    can_be_changed,
    course_reviews,
    course_spread,
    left_to_review,
    own_reviews,
    reviews_of,
    spread_of,
)
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.htmx import next_path
from peerloop.kit.paging import CappedPaginator, page_asked
from peerloop.kit.refusals import Missing, Refused

ASKED = require_http_methods(["GET", "HEAD", "POST"])
ON_PAGE = 20
ORDERS = {"helpful": "Most helpful", "newest": "Newest"}


@require_safe
def of_course(request: HttpRequest, slug: str) -> HttpResponse:
    """All reviews of a course in the catalog."""
    course, sort = listed_course(slug), sort_asked(request.GET.get("sort", ""))
    rows = course_reviews(course.pk, sort=sort, viewer=request.user)
    context = {"course": course, **_list(request, rows, course_spread(course.pk), sort)}
    return render(request, "learning/reviews.html", context)


@require_safe
def of_teacher(request: HttpRequest, handle: str) -> HttpResponse:
    """All reviews of a member's teaching and courses; of a private one there is no such page."""
    viewer = request.user if request.user.is_authenticated else None
    member = visible_member_of_handle(viewer, handle)
    if not sees_whole_profile(member, viewer):
        raise Missing
    sort = sort_asked(request.GET.get("sort", ""))
    rows = reviews_of(member.pk, sort=sort, viewer=request.user)
    context = {"member": member, **_list(request, rows, spread_of(member.pk), sort)}
    return render(request, "learning/reviews.html", context)


@require_safe
def one(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """One review with its answer; who is reviewed can answer here."""
    return _one(request, public_review(request.user, review_id), AnswerForm())


@require_POST
@login_required
def answer(request: MemberRequest, review_id: UUID) -> HttpResponse:
    """Answer a review of one's teaching or course."""
    row = review_to_answer(request.user, review_id)
    form = AnswerForm(request.POST)
    try:
        if form.is_valid():
            answer_review(review=row, by=request.user, at=clock.now(), **form.cleaned_data)
            messages.success(request, "Your answer is published.")
            return redirect("review", row.pk)
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: _one(request, row, form, status), refusal)
    return _one(request, row, form, 422)


@require_POST
@login_required
def helpful(request: MemberRequest, review_id: UUID) -> HttpResponse:
    """Say that a review helped, or with ``on=0`` take it back."""
    row = public_review(request.user, review_id)
    is_helpful = request.POST.get("on") != "0"
    mark_helpful(review=row, by=request.user, is_helpful=is_helpful, at=clock.now())
    return redirect(next_path(request, "review", row.pk))


@ASKED
@login_required
def write(request: MemberRequest, enrollment_id: UUID) -> HttpResponse:
    """Review the teacher, then the course; or change what one wrote."""
    enrollment = own_enrollment(request.user, enrollment_id)
    written = own_reviews(enrollment)
    left = left_to_review(enrollment)
    asked = request.POST.get("about") or request.GET.get("about")
    about = asked if asked in {*written, *left} else next(iter(left), "")
    before = written.get(about)
    if not about or (before and not can_be_changed(before, at=clock.now())):
        return _written(request, enrollment, written, left)

    def page(form: ReviewForm, status: int = 200) -> HttpResponse:
        context = {
            "enrollment": enrollment,
            "form": form,
            "about": about,
            "is_of_course": about == Review.About.COURSE,
            "is_change": before is not None,
            "step": 2 if about == Review.About.COURSE else 1,
            "has_steps": enrollment.teacher_id is not None and before is None,
        }
        return render(request, "learning/write_review.html", context, status=status)

    if request.method != "POST":
        initial = (
            {name: getattr(before, name) for name in ReviewForm(about).fields} if before else {}
        )
        return page(ReviewForm(about, initial=initial))

    def keep(**said: Any) -> None:
        if before is None:
            write_review(enrollment=enrollment, about=about, by=request.user, **said)
        else:
            change_review(review=before, by=request.user, **said)

    if (done := _tried(request, ReviewForm(about, request.POST), page, keep)) is not None:
        return done
    words = "Your review is changed." if before else "Your review is published. Thank you."
    messages.success(request, words)
    return redirect("learn-review", enrollment.pk)


@ASKED
@login_required
def expectations(request: MemberRequest, enrollment_id: UUID) -> HttpResponse:
    """What the student expects of this enrollment."""
    enrollment = own_enrollment(request.user, enrollment_id)
    kept = Expectations.objects.filter(enrollment=enrollment).first()

    def page(form: ExpectationsForm, status: int = 200) -> HttpResponse:
        context = {"enrollment": enrollment, "form": form, "kept": kept}
        return render(request, "learning/expectations.html", context, status=status)

    if request.method != "POST":
        fields = ExpectationsForm.base_fields
        initial = {name: getattr(kept, name) for name in fields} if kept else {}
        return page(ExpectationsForm(initial=initial))

    def keep(**said: Any) -> None:
        state_expectations(enrollment=enrollment, by=request.user, **said)

    if (done := _tried(request, ExpectationsForm(request.POST), page, keep)) is not None:
        return done
    messages.success(request, "Saved. Your teacher and the creator of the course can read it.")
    return redirect("learn-room", enrollment.pk)


def _tried(
    request: MemberRequest, form: Any, page: Callable[..., HttpResponse], keep: Callable[..., None]
) -> HttpResponse | None:
    """The page with what is wrong, or None once it is kept."""
    try:
        if form.is_valid():
            keep(at=clock.now(), **form.cleaned_data)
            return None
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: page(form, status), refusal)
    return page(form, 422)


def _written(
    request: MemberRequest, enrollment: Enrollment, written: dict[str, Review], left: list[str]
) -> HttpResponse:
    at = clock.now()
    context = {
        "enrollment": enrollment,
        "written": [(row, can_be_changed(row, at=at)) for row in written.values()],
        "left": left,
    }
    return render(request, "learning/own_reviews.html", context)


def _one(request: HttpRequest, row: Review, form: AnswerForm, status: int = 200) -> HttpResponse:
    viewer = request.user
    seen = as_seen(Review.objects.filter(pk=row.pk), viewer).get()
    can_answer = row.is_published and row.answered_at is None and viewer.pk == row.rated_id
    context = {
        "review": seen,
        "form": form,
        "can_answer": can_answer,
        "hides_answer": not row.answer_stands and viewer.pk == row.rated_id,
    }
    return render(request, "learning/one_review.html", context, status=status)


def _list(request: HttpRequest, rows: Any, spread: Spread, sort: str) -> dict[str, Any]:
    page = page_asked(request.GET.get("page", ""), ON_PAGE)
    return {
        "spread": spread,
        "reviews": CappedPaginator(rows, ON_PAGE).get_page(page.page),
        "orders": [(word, ORDERS[word], word == sort) for word in SORTS],
    }
