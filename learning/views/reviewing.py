"""A reviewer reads one student's homework and answers it (HW-4, HW-5)."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.requests import MemberRequest
from learning.access import submission_to_review
from learning.actions import review_homework
from learning.actions.reviewing import ReviewedMeanwhile
from learning.forms_homework import ReviewForm
from learning.models import HomeworkSubmission
from learning.queries import homework_to_review, versions_of
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.refusals import Refused
from peerloop.kit.text import isolated


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def review(request: MemberRequest, submission_id: UUID) -> HttpResponse:
    """One submission with earlier versions; the form answers it and leads to the next one."""
    row = submission_to_review(request.user, submission_id)
    if request.method != "POST":
        return _page(request, row)
    form = ReviewForm(request.POST)
    try:
        if form.is_valid():
            done = review_homework(
                submission=row, by=request.user, at=clock.now(), **form.cleaned_data
            )
            return _next(request, done)
    except ReviewedMeanwhile as refusal:
        messages.error(request, refusal.message)
        return _page(request, submission_to_review(request.user, submission_id), status=409)
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: _page(request, row, form, status), refusal)
    return _page(request, row, form, 422)


def _next(request: MemberRequest, done: HomeworkSubmission) -> HttpResponse:
    what = "is approved" if done.is_approved else "is asked for again"
    words = f"{isolated(done.assignment.title)} of {isolated(done.enrollment.student.name)} {what}."
    messages.success(request, words)
    following = homework_to_review(request.user).first()
    if following is None:
        return redirect("teach-homework")
    return redirect("review-homework", following.pk)


def _page(
    request: MemberRequest,
    row: HomeworkSubmission,
    form: ReviewForm | None = None,
    status: int = 200,
) -> HttpResponse:
    versions = versions_of(row.enrollment, row.assignment)
    context = {
        "row": row,
        "enrollment": row.enrollment,
        "assignment": row.assignment,
        "newest": versions[0],
        "earlier": [one for one in versions if one.pk != row.pk],
        "form": form or ReviewForm(),
    }
    return render(request, "learning/review.html", context, status=status)
