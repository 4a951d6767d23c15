"""A creator makes the quiz of a module. Each change of its questions is a new revision."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from catalog.actions.locks import lock_managed_course
from catalog.models import CourseModule
from learning.models import Quiz, QuizRevision
from learning.models.homework import LONGEST_TITLE
from learning.models.quiz import LONGEST_INTRO, MOST_ATTEMPTS, MOST_QUESTIONS, QuestionKind
from peerloop.kit.ids import uuid7
from peerloop.kit.refusals import Conflict, FieldErrors, Invalid, LimitReached, Missing
from peerloop.kit.tasks import enqueue
from peerloop.kit.text import clean, one_line

LONGEST_QUESTION = 2_000
LONGEST_OPTION = 500
LONGEST_EXPLANATION = 1_000
MOST_OPTIONS = 8
SETTINGS = ("title", "intro", "pass_percent", "max_attempts", "is_required")

Question = dict[str, Any]


class TooManyQuestions(LimitReached):
    """The quiz has as many questions as it may have."""

    code = "too_many_questions"
    message = f"A quiz has at most {MOST_QUESTIONS} questions."


class QuizChanged(Conflict):
    """The quiz was changed since it was read."""

    code = "quiz_changed"
    message = "This quiz was changed meanwhile. Look at it again."


@transaction.atomic
def set_quiz(*, module: CourseModule, by: User, at: datetime, **settings: Any) -> Quiz:
    """Make the module's quiz, or change its settings; a deleted one comes back.

    ``settings``: title, intro, pass_percent, max_attempts, is_required. Raises Missing unless
    ``by`` manages the course, Invalid naming the field. Safe to repeat.
    """
    course = lock_managed_course(module.course, by=by)
    quiz = Quiz.objects.filter(module=module).first()
    if quiz is None:
        quiz = Quiz(course=course, module=module, title=module.title, created_at=at)
    errors = FieldErrors()
    for name, value in settings.items():
        with errors.part():
            setattr(quiz, name, _checked_setting(name, value))
    errors.settle()
    quiz.is_active = True
    quiz.updated_at = at
    quiz.save()
    enqueue("learning.complete_ready", course_id=str(course.pk))
    return quiz


@transaction.atomic
def remove_quiz(*, quiz: Quiz, by: User, at: datetime) -> None:
    """Hide the quiz from everybody; what was answered is kept. Safe to repeat."""
    lock_managed_course(quiz.course, by=by)
    Quiz.objects.filter(pk=quiz.pk).update(is_active=False, updated_at=at)
    enqueue("learning.complete_ready", course_id=str(quiz.course_id))


def add_question(*, quiz: Quiz, question: Question, by: User, at: datetime) -> Question:
    """Add a question at the end; raises Invalid naming the field, TooManyQuestions."""
    made = {"id": _new_id(), **checked_question(question)}
    _revise(quiz, lambda questions: [*questions, made], by=by, at=at)
    return made


def edit_question(
    *, quiz: Quiz, question_id: str, question: Question, by: User, at: datetime
) -> None:
    """Change one question; attempts keep what they answered. Raises Missing, Invalid."""
    changed = {"id": question_id, **checked_question(question)}

    def change(questions: list[Question]) -> list[Question]:
        _place(questions, question_id)
        return [changed if one["id"] == question_id else one for one in questions]

    _revise(quiz, change, by=by, at=at)


def move_question(*, quiz: Quiz, question_id: str, earlier: bool, by: User, at: datetime) -> None:
    """Swap a question with its neighbour; at the end of the list nothing happens."""

    def move(questions: list[Question]) -> list[Question]:
        place = _place(questions, question_id)
        other = place - 1 if earlier else place + 1
        if 0 <= other < len(questions):
            questions[place], questions[other] = questions[other], questions[place]
        return questions

    _revise(quiz, move, by=by, at=at)


def remove_question(*, quiz: Quiz, question_id: str, by: User, at: datetime) -> None:
    """Take a question away; raises Missing."""

    def remove(questions: list[Question]) -> list[Question]:
        _place(questions, question_id)
        return [one for one in questions if one["id"] != question_id]

    _revise(quiz, remove, by=by, at=at)


def replace_questions(
    *, quiz: Quiz, questions: list[Question], revision: int, by: User, at: datetime
) -> None:
    """Set all questions, those with a known id staying the same ones.

    Raises QuizChanged unless ``revision`` is the number of the present one, Invalid,
    TooManyQuestions.
    """
    made = [(one.get("id"), checked_question(one)) for one in questions]

    def replace(present: list[Question]) -> list[Question]:
        if quiz.revision != revision:
            raise QuizChanged
        known = {one["id"] for one in present}
        return [{"id": key if key in known else _new_id(), **one} for key, one in made]

    _revise(quiz, replace, by=by, at=at)


@transaction.atomic
def save_quiz(
    *,
    module: CourseModule,
    questions: list[Question],
    revision: int,
    by: User,
    at: datetime,
    **settings: Any,
) -> Quiz:
    """``set_quiz`` and ``replace_questions`` in one; both or nothing."""
    quiz = set_quiz(module=module, by=by, at=at, **settings)
    replace_questions(quiz=quiz, questions=questions, revision=revision, by=by, at=at)
    return quiz


def checked_question(question: Question) -> Question:
    """The question with cleaned texts; raises Invalid naming the field.

    Options keep their ids; new ones get one. A short question has none.
    """
    kind, text = question.get("kind"), _text(question, "text", LONGEST_QUESTION)
    if kind not in QuestionKind.values:
        raise Invalid.field("kind", "Choose how it is answered.")
    if not text:
        raise Invalid.field("text", "Write the question.")
    explanation = _text(question, "explanation", LONGEST_EXPLANATION)
    found = {"kind": str(kind), "text": text, "explanation": explanation}
    if kind == QuestionKind.SHORT:
        return {**found, "options": []}
    options = [_option(one) for one in question.get("options", [])]
    right = sum(one["is_right"] for one in options)
    if not 2 <= len(options) <= MOST_OPTIONS:
        raise Invalid.field("options", f"Give 2 to {MOST_OPTIONS} options.")
    if kind == QuestionKind.SINGLE and right != 1:
        raise Invalid.field("options", "Say which one option is right.")
    if not right:
        raise Invalid.field("options", "Say which options are right.")
    if len({one["text"] for one in options}) < len(options):
        raise Invalid.field("options", "Two options say the same.")
    return {**found, "options": options}


@transaction.atomic
def _revise(
    quiz: Quiz, change: Callable[[list[Question]], list[Question]], *, by: User, at: datetime
) -> None:
    """Store the changed questions as the next revision. The course's lock puts edits in a row."""
    lock_managed_course(quiz.course, by=by)
    quiz.refresh_from_db(fields=["revision", "question_count"])
    present = QuizRevision.objects.filter(quiz=quiz, number=quiz.revision).first()
    questions = change(list(present.questions) if present else [])
    if len(questions) > MOST_QUESTIONS:
        raise TooManyQuestions
    if present is not None and questions == present.questions:
        return
    quiz.revision += 1
    quiz.question_count = len(questions)
    QuizRevision.objects.create(
        quiz=quiz, number=quiz.revision, questions=questions, created_at=at, updated_at=at
    )
    quiz.save(update_fields=["revision", "question_count"])
    if not questions:
        enqueue("learning.complete_ready", course_id=str(quiz.course_id))


def _option(option: Question) -> Question:
    text = _text(option, "text", LONGEST_OPTION, name="options")
    if not text:
        raise Invalid.field("options", "Write each option.")
    return {
        "id": str(option.get("id") or _new_id())[:40],
        "text": text,
        "is_right": bool(option.get("is_right")),
        "explanation": _text(option, "explanation", LONGEST_EXPLANATION, name="options"),
    }


def _text(given: Question, key: str, most: int, *, name: str = "") -> str:
    text = clean(str(given.get(key) or ""))
    if len(text) > most:
        raise Invalid.field(name or key, f"Use at most {most:,} characters.")
    return text


def _checked_setting(name: str, value: Any) -> Any:
    if name == "title":
        text = one_line(value)
        if not 1 <= len(text) <= LONGEST_TITLE:
            raise Invalid.field(name, f"Give it a title of at most {LONGEST_TITLE} characters.")
        return text
    if name == "intro":
        return _text({name: value}, name, LONGEST_INTRO)
    if name == "pass_percent":
        if value is None or not 1 <= value <= 100:
            raise Invalid.field(name, "Give a whole number from 1 to 100.")
        return value
    if name == "max_attempts":
        if value is not None and not 1 <= value <= MOST_ATTEMPTS:
            raise Invalid.field(name, f"Give 1 to {MOST_ATTEMPTS}, or nothing for any number.")
        return value
    if name != "is_required":
        raise Invalid.field(name, "This can't be changed here.")
    return bool(value)


def _place(questions: list[Question], question_id: str) -> int:
    for place, one in enumerate(questions):
        if one["id"] == question_id:
            return place
    raise Missing


def _new_id() -> str:
    return uuid7().hex
