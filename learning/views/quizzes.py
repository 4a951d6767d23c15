"""A creator makes the quiz of a module: settings, and one question at a time."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import MemberRequest
from catalog.models import CourseModule
from learning.access import module_to_manage, quiz_to_manage
from learning.actions.quizzes import (
    SETTINGS,
    add_question,
    edit_question,
    move_question,
    remove_question,
    remove_quiz,
    set_quiz,
)
from learning.forms_quiz import QuestionForm, QuizForm
from learning.models import Quiz
from learning.queries.quizzes import current_questions
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.refusals import Invalid, Missing, Refused

ASKED = require_http_methods(["GET", "HEAD", "POST"])


@ASKED
@login_required
def module_quiz(request: MemberRequest, course_id: UUID, module_id: UUID) -> HttpResponse:
    """The quiz of a module: its settings and its questions."""
    module = module_to_manage(request.user, course_id, module_id)
    quiz = Quiz.objects.filter(module=module, is_active=True).first()
    if request.method != "POST":
        initial = {"title": module.title, "pass_percent": 70}
        if quiz is not None:
            initial = {name: getattr(quiz, name) for name in SETTINGS}
        return _page(request, module, quiz, QuizForm(initial=initial))
    form = QuizForm(request.POST)
    try:
        if form.is_valid():
            set_quiz(module=module, by=request.user, at=clock.now(), **form.cleaned_data)
            messages.success(request, "The quiz is saved.")
            return redirect("module-quiz", module.course_id, module.pk)
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: _page(request, module, quiz, form, status), refusal)
    return _page(request, module, quiz, form, 422)


@require_POST
@login_required
def remove(request: MemberRequest, course_id: UUID, module_id: UUID) -> HttpResponse:
    """Delete the quiz; what was answered is kept."""
    quiz = quiz_to_manage(request.user, course_id, module_id)
    remove_quiz(quiz=quiz, by=request.user, at=clock.now())
    messages.success(request, "The quiz is deleted.")
    return redirect("module-quiz", quiz.course_id, quiz.module_id)


@ASKED
@login_required
def new_question(request: MemberRequest, course_id: UUID, module_id: UUID) -> HttpResponse:
    """Add a question at the end."""
    quiz = quiz_to_manage(request.user, course_id, module_id)
    form = QuestionForm(request.POST or None)
    return _question(request, quiz, form, None)


@ASKED
@login_required
def question(request: MemberRequest, course_id: UUID, module_id: UUID, word: str) -> HttpResponse:
    """Change a question."""
    quiz = quiz_to_manage(request.user, course_id, module_id)
    found = next((one for one in current_questions(quiz) if one["id"] == word), None)
    if found is None:
        raise Missing
    form = QuestionForm(request.POST or None, question=found, initial=found)
    return _question(request, quiz, form, word)


@require_POST
@login_required
def move(request: MemberRequest, course_id: UUID, module_id: UUID, word: str) -> HttpResponse:
    """Move a question up with ``earlier=1``, down with 0."""
    quiz = quiz_to_manage(request.user, course_id, module_id)
    wanted = request.POST.get("earlier")
    if wanted not in ("0", "1"):
        raise Invalid.field("earlier", "Say 1 for up or 0 for down.")
    move_question(
        quiz=quiz, question_id=word, earlier=wanted == "1", by=request.user, at=clock.now()
    )
    return redirect("module-quiz", quiz.course_id, quiz.module_id)


@require_POST
@login_required
def drop_question(
    request: MemberRequest, course_id: UUID, module_id: UUID, word: str
) -> HttpResponse:
    """Take a question away."""
    quiz = quiz_to_manage(request.user, course_id, module_id)
    remove_question(quiz=quiz, question_id=word, by=request.user, at=clock.now())
    return redirect("module-quiz", quiz.course_id, quiz.module_id)


def _question(
    request: MemberRequest, quiz: Quiz, form: QuestionForm, word: str | None
) -> HttpResponse:
    def page(status: int = 200) -> HttpResponse:
        context = {"quiz": quiz, "course": quiz.course, "form": form, "is_new": word is None}
        return render(request, "learning/question.html", context, status=status)

    if request.method != "POST":
        return page()
    given: dict[str, Any] = {"quiz": quiz, "by": request.user, "at": clock.now()}
    try:
        if form.is_valid():
            if word is None:
                add_question(**given, question=form.question)
            else:
                edit_question(**given, question_id=word, question=form.question)
            return redirect("module-quiz", quiz.course_id, quiz.module_id)
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(page, refusal)
    return page(422)


def _page(
    request: MemberRequest,
    module: CourseModule,
    quiz: Quiz | None,
    form: QuizForm,
    status: int = 200,
) -> HttpResponse:
    context = {
        "course": module.course,
        "module": module,
        "quiz": quiz,
        "questions": current_questions(quiz) if quiz else [],
        "form": form,
    }
    return render(request, "learning/module_quiz.html", context, status=status)
