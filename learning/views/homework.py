"""Homework of a student: the list, one piece of it with all versions, and its files."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.files.links import file_link
from accounts.files.purposes import rules_of
from accounts.models import File
from accounts.models.files import LARGEST_FILE
from accounts.requests import MemberRequest
from learning.access import assignment_of, own_enrollment, submission_to_read
from learning.actions import submit_homework
from learning.forms_homework import SubmissionForm
from learning.models import Enrollment, HomeworkAssignment
from learning.queries import HomeworkItem, held_at, homework_of, versions_of
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.refusals import Missing, Refused
from peerloop.kit.uploads import takes_upload


@require_safe
@login_required
def homework(request: MemberRequest, enrollment_id: UUID) -> HttpResponse:
    """The homework of a course, with what is due and what was answered."""
    enrollment = own_enrollment(request.user, enrollment_id)
    items = homework_of(enrollment, at=clock.now()) if enrollment.opens_content else []
    context = {"enrollment": enrollment, "course": enrollment.course, "items": items}
    return render(request, "learning/homework.html", context)


@takes_upload(LARGEST_FILE)
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def assignment(request: MemberRequest, enrollment_id: UUID, assignment_id: UUID) -> HttpResponse:
    """One piece of homework: what is to be done, what was handed in, and a form."""
    enrollment = own_enrollment(request.user, enrollment_id)
    row = assignment_of(enrollment, assignment_id)
    if request.method != "POST":
        return _page(request, enrollment, row)
    form = SubmissionForm(request.POST, request.FILES)
    try:
        if form.is_valid():
            given = form.cleaned_data
            submit_homework(
                assignment=row,
                enrollment=enrollment,
                by=request.user,
                at=clock.now(),
                content=given["content"],
                link=given["link"],
                upload=given["file"],
                keeps_file=given["keeps_file"],
            )
            messages.success(request, "Your homework is handed in.")
            return redirect("learn-assignment", enrollment.pk, row.pk)
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: _page(request, enrollment, row, form, status), refusal)
    return _page(request, enrollment, row, form, 422)


@require_safe
@login_required
def file(request: MemberRequest, submission_id: UUID) -> HttpResponse:
    """To a fresh link to the file of a submission, for its student and its reviewers (HW-5)."""
    submission = submission_to_read(request.user, submission_id)
    if submission.file is None or not submission.file.is_live:
        raise Missing
    return redirect(file_link(submission.file, member=request.user, at=clock.now(), inline=True))


def _page(
    request: MemberRequest,
    enrollment: Enrollment,
    row: HomeworkAssignment,
    form: SubmissionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    versions = versions_of(enrollment, row)
    current = versions[0] if versions else None
    due = row.due_at(enrollment, held_at(enrollment, row.module_id))
    if form is None:
        form = SubmissionForm(
            initial={
                "content": current.content if current else "",
                "link": current.link if current else "",
                "keeps_file": True,
            }
        )
    context = {
        "enrollment": enrollment,
        "course": enrollment.course,
        "item": HomeworkItem(row, current, due, clock.now()),
        "versions": versions,
        "form": form,
        "keeps_file": current is not None and current.has_live_file,
        "kinds": rules_of(File.Purpose.HOMEWORK).words,
    }
    return render(request, "learning/assignment.html", context, status=status)
