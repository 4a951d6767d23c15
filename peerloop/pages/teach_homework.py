"""The homework that waits for a reviewer, each with the student's next session."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import MemberRequest
from learning.models import HomeworkSubmission
from learning.queries import homework_to_review
from learning.queries.quizzes import attempts_to_mark
from peerloop.kit import clock
from peerloop.kit.paging import CappedPaginator
from scheduling.models import Session
from scheduling.queries import next_session_by_enrollment

A_PAGE = 30


@dataclass(frozen=True, slots=True)
class WaitingHomework:
    """A submission, and the session before which it is best answered."""

    row: HomeworkSubmission
    upcoming: Session | None


@require_safe
@login_required
def waiting(request: MemberRequest) -> HttpResponse:
    """The queue, oldest first; ``?show=all`` also what other teachers of own courses answer."""
    shows_all = request.GET.get("show") == "all"
    found = homework_to_review(request.user, all_of_mine=shows_all)
    page = CappedPaginator(found, A_PAGE).get_page(request.GET.get("page"))
    upcoming = next_session_by_enrollment([row.enrollment_id for row in page], at=clock.now())
    rows = [WaitingHomework(row, upcoming.get(row.enrollment_id)) for row in page]
    quizzes = attempts_to_mark(request.user, all_of_mine=shows_all)[:A_PAGE]
    context = {"page": page, "rows": rows, "shows_all": shows_all, "quizzes": quizzes}
    return render(request, "pages/teach_homework.html", context)
