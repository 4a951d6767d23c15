"""A student hands a quiz in, which marks itself but for short answers; a reviewer marks those."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.four_eyes import require_another
from accounts.models import User
from learning.actions.locks import lock_enrollment
from learning.actions.progress import complete_if_delivered
from learning.actions.quizzes import QuizChanged
from learning.actions.reviewing import ReviewedMeanwhile
from learning.models import Enrollment, Quiz, QuizAttempt, QuizRevision
from learning.models.homework import LONGEST_FEEDBACK
from learning.models.quiz import QuestionKind
from learning.notifications_work import notify_quiz_marked, notify_quiz_waiting
from peerloop.kit.refusals import Forbidden, Invalid, LimitReached, WrongMoment
from peerloop.kit.text import clean, isolated

Status = QuizAttempt.Status
LONGEST_ANSWER = 2_000


class NoAttemptLeft(LimitReached):
    """The creator allows no further attempt."""

    code = "no_attempt_left"
    message = "You have used all attempts at this quiz. Talk to your teacher."


@transaction.atomic
def hand_in_quiz(
    *,
    quiz: Quiz,
    enrollment: Enrollment,
    revision: int,
    answers: Mapping[str, Any],
    by: User,
    at: datetime,
) -> QuizAttempt:
    """Hand in answers: by question id, a list of option ids or a text. Not safe to repeat.

    Marked at once unless there are short answers, which wait for the reviewer. A passed required
    quiz may complete the enrollment (rule LEARN-3). Raises Forbidden, QuizChanged (which costs no
    attempt), WrongMoment while one is being marked and once it is passed, NoAttemptLeft, Invalid
    naming ``answers``.
    """
    lock_enrollment(enrollment)
    if by.pk != enrollment.student_id or not enrollment.opens_content:
        raise Forbidden("This enrollment was cancelled. Its content is closed.")
    quiz.refresh_from_db()
    found = QuizRevision.objects.filter(quiz=quiz, number=quiz.revision).first()
    if found is None or revision != quiz.revision or not quiz.question_count:
        raise QuizChanged
    number = _next_number(quiz, enrollment)
    given = {one["id"]: _answer(one, answers.get(one["id"])) for one in found.questions}
    marks = {
        one["id"]: is_right
        for one in found.questions
        if (is_right := _mark(one, given[one["id"]])) is not None
    }
    attempt = QuizAttempt(
        quiz=quiz,
        revision=found,
        enrollment=enrollment,
        student=by,
        number=number,
        answers=given,
        total=len(found.questions),
        status=Status.WAITING,
        created_at=at,
        updated_at=at,
    )
    _settle(attempt, marks, at)
    attempt.save(force_insert=True)
    if attempt.is_waiting:
        notify_quiz_waiting(attempt, at=at)
    elif attempt.is_passed:
        complete_if_delivered(enrollment=enrollment, at=at)
    return attempt


@transaction.atomic
def mark_attempt(
    *,
    attempt: QuizAttempt,
    marks: Mapping[str, bool],
    by: User,
    at: datetime,
    feedback: str = "",
) -> QuizAttempt:
    """Mark the short answers of an attempt, each right or not; the student is notified.

    Of two reviewers at once the first one wins, the other is told (ReviewedMeanwhile). Raises
    Invalid naming ``marks`` unless each short answer is marked, or ``feedback``.
    """
    require_another(by, attempt.student_id)
    enrollment = attempt.enrollment
    lock_enrollment(enrollment)
    attempt = (
        QuizAttempt.objects.select_for_update(no_key=True, of=("self",))
        .select_related("revision", "quiz", "reviewer", "student")
        .get(pk=attempt.pk)
    )
    if not attempt.is_waiting:
        who = attempt.reviewer
        name = isolated(who.name) if who is not None and who.pk != by.pk else "You"
        raise ReviewedMeanwhile(f"{name} already marked this.", status_now=attempt.status)
    words = clean(feedback)
    if len(words) > LONGEST_FEEDBACK:
        raise Invalid.field("feedback", f"Use at most {LONGEST_FEEDBACK:,} characters.")
    open_ones = {one["id"] for one in attempt.revision.questions} - set(attempt.marks)
    if not open_ones <= set(marks):
        raise Invalid.field("marks", "Mark each short answer as right or not.")
    attempt.feedback, attempt.reviewer = words, by
    attempt.enrollment = enrollment
    _settle(attempt, {**attempt.marks, **{key: bool(marks[key]) for key in open_ones}}, at)
    attempt.save()
    notify_quiz_marked(attempt, at=at)
    if attempt.is_passed:
        complete_if_delivered(enrollment=enrollment, at=at)
    return attempt


def _settle(attempt: QuizAttempt, marks: dict[str, bool], at: datetime) -> None:
    """Keep the marks; once all are there, the attempt is marked and passed or not."""
    attempt.marks = marks
    attempt.right = sum(marks.values())
    if len(marks) < attempt.total:
        return
    attempt.transition_to(Status.MARKED)
    attempt.marked_at = at
    attempt.is_passed = attempt.right * 100 >= attempt.quiz.pass_percent * attempt.total


def _next_number(quiz: Quiz, enrollment: Enrollment) -> int:
    earlier = list(QuizAttempt.objects.filter(quiz=quiz, enrollment=enrollment))
    if any(one.is_passed for one in earlier):
        raise WrongMoment("You passed this quiz already.", status_now="passed")
    if any(one.is_waiting for one in earlier):
        raise WrongMoment("Your last attempt is still being marked.", status_now="waiting")
    if quiz.max_attempts is not None and len(earlier) >= quiz.max_attempts:
        raise NoAttemptLeft
    return max((one.number for one in earlier), default=0) + 1


def _answer(question: dict[str, Any], given: Any) -> Any:
    """What was answered, as it is kept; raises Invalid for what the question does not offer."""
    if question["kind"] == QuestionKind.SHORT:
        text = clean(given) if isinstance(given, str) else ""
        if len(text) > LONGEST_ANSWER:
            raise Invalid.field("answers", f"Use at most {LONGEST_ANSWER:,} characters an answer.")
        return text
    known = [one["id"] for one in question["options"]]
    chosen = list(given) if isinstance(given, list | tuple) else []
    if not set(chosen) <= set(known):
        raise Invalid.field("answers", "Choose among the options of the question.")
    if question["kind"] == QuestionKind.SINGLE and len(set(chosen)) > 1:
        raise Invalid.field("answers", "Choose one option.")
    return [key for key in known if key in chosen]


def _mark(question: dict[str, Any], answer: Any) -> bool | None:
    """Whether it is right; None where a reviewer has to say. An empty answer is wrong."""
    if question["kind"] == QuestionKind.SHORT:
        return None if answer else False
    return answer == [one["id"] for one in question["options"] if one["is_right"]]
