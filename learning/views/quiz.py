"""A student takes a quiz, and reads what was right once it is handed in."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.requests import MemberRequest
from learning.access import attempt_to_mark, own_enrollment, quiz_of
from learning.actions.attempts import hand_in_quiz, mark_attempt
from learning.actions.reviewing import ReviewedMeanwhile
from learning.models import Enrollment, Quiz, QuizAttempt
from learning.queries.quizzes import (
    ShownQuestion,
    answered_questions,
    questions_to_answer,
    taken_quiz,
)
from peerloop.kit import clock
from peerloop.kit.parsing import digits_of
from peerloop.kit.refusals import Refused
from peerloop.kit.text import isolated

ASKED = require_http_methods(["GET", "HEAD", "POST"])
RIGHT, WRONG = "1", "0"


@ASKED
@login_required
def quiz(request: MemberRequest, enrollment_id: UUID, quiz_id: UUID) -> HttpResponse:
    """The questions, and earlier attempts with what was right."""
    enrollment = own_enrollment(request.user, enrollment_id)
    row = quiz_of(enrollment, quiz_id)
    if request.method != "POST":
        return _page(request, enrollment, row)
    questions = questions_to_answer(row)
    answers = {one.id: _given(request, one) for one in questions}
    try:
        attempt = hand_in_quiz(
            quiz=row,
            enrollment=enrollment,
            revision=digits_of(request.POST.get("revision", "")) or 0,
            answers=answers,
            by=request.user,
            at=clock.now(),
        )
    except Refused as refusal:
        status = 422 if refusal.fields else refusal.status
        return _page(request, enrollment, row, answers=answers, refusal=refusal, status=status)
    if attempt.is_waiting:
        messages.success(request, "Handed in. Your teacher marks the short answers.")
    elif attempt.is_passed:
        messages.success(request, f"You passed: {attempt.right} of {attempt.total} right.")
    else:
        messages.info(request, f"{attempt.right} of {attempt.total} right. Read why below.")
    return redirect("learn-quiz", enrollment.pk, row.pk)


@ASKED
@login_required
def mark(request: MemberRequest, attempt_id: UUID) -> HttpResponse:
    """A reviewer marks the short answers of an attempt."""
    row = attempt_to_mark(request.user, attempt_id)
    if request.method != "POST":
        return _marking(request, row)
    marks = {
        one.id: value == RIGHT
        for one in answered_questions(row)
        if (value := request.POST.get(one.name)) in (RIGHT, WRONG)
    }
    feedback = request.POST.get("feedback", "")
    try:
        mark_attempt(attempt=row, marks=marks, feedback=feedback, by=request.user, at=clock.now())
    except ReviewedMeanwhile as refusal:
        row = attempt_to_mark(request.user, attempt_id)
        return _marking(request, row, refusal=refusal, status=409)
    except Refused as refusal:
        return _marking(request, row, marks=marks, feedback=feedback, refusal=refusal, status=422)
    messages.success(request, f"The quiz of {isolated(row.student.name)} is marked.")
    return redirect("teach-homework")


def _given(request: MemberRequest, question: ShownQuestion) -> Any:
    if question.is_short:
        return request.POST.get(question.name, "")
    return request.POST.getlist(question.name)


def _page(
    request: MemberRequest,
    enrollment: Enrollment,
    row: Quiz,
    *,
    answers: dict[str, Any] | None = None,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    row.refresh_from_db()
    taken = taken_quiz(row, enrollment)
    given = answers or {}
    context = {
        "enrollment": enrollment,
        "course": enrollment.course,
        "quiz": row,
        "taken": taken,
        "attempts": [(one, answered_questions(one)) for one in taken.attempts],
        "questions": [(one, given.get(one.id, "")) for one in questions_to_answer(row)]
        if taken.is_open
        else [],
        "refusal": refusal,
    }
    return render(request, "learning/quiz.html", context, status=status)


def _marking(
    request: MemberRequest,
    row: QuizAttempt,
    *,
    marks: dict[str, bool] | None = None,
    feedback: str = "",
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    given = marks or {}
    context = {
        "row": row,
        "enrollment": row.enrollment,
        "questions": [(one, given.get(one.id)) for one in answered_questions(row)],
        "feedback": feedback,
        "refusal": refusal,
    }
    return render(request, "learning/mark_quiz.html", context, status=status)
