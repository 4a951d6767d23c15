"""Notifying people of homework and quizzes."""

from datetime import datetime

from accounts.notifications.notify import notify
from learning.models import Enrollment, HomeworkSubmission, QuizAttempt
from learning.notifications import (
    HOMEWORK_REVIEWED,
    HOMEWORK_SUBMITTED,
    QUIZ_MARKED,
    QUIZ_WAITING,
    WORK_LEFT,
)


def notify_submitted(
    submission: HomeworkSubmission, enrollment: Enrollment, *, at: datetime
) -> None:
    """Notify whoever reviews it: the assigned teacher, or the creator where nobody is (HW-5)."""
    notify(
        HOMEWORK_SUBMITTED,
        people=[enrollment.teacher or enrollment.course.creator],
        key=submission.pk,
        to=[submission.pk],
        student=enrollment.student.name,
        homework=submission.assignment.title,
        course=enrollment.course.title,
        version=submission.version,
        is_again=submission.version > 1,
        is_late=submission.is_late,
        at=at,
    )


def notify_reviewed(submission: HomeworkSubmission, *, at: datetime) -> None:
    """Notify the student of the answer to their homework."""
    enrollment, assignment = submission.enrollment, submission.assignment
    has_points = submission.points is not None
    notify(
        HOMEWORK_REVIEWED,
        people=[enrollment.student],
        key=submission.pk,
        to=[enrollment.pk, assignment.pk],
        reviewer=submission.reviewer.name if submission.reviewer else "",
        homework=assignment.title,
        course=enrollment.course.title,
        is_approved=submission.is_approved,
        outcome="is approved" if submission.is_approved else "is to be done again",
        feedback=submission.feedback,
        points=f"{submission.points} of {assignment.max_points} points" if has_points else "",
        at=at,
    )


def notify_quiz_waiting(attempt: QuizAttempt, *, at: datetime) -> None:
    """Notify whoever marks it: the assigned teacher, or the creator where nobody is."""
    enrollment = attempt.enrollment
    notify(
        QUIZ_WAITING,
        people=[enrollment.teacher or enrollment.course.creator],
        key=attempt.pk,
        to=[attempt.pk],
        student=enrollment.student.name,
        quiz=attempt.quiz.title,
        course=enrollment.course.title,
        at=at,
    )


def notify_quiz_marked(attempt: QuizAttempt, *, at: datetime) -> None:
    """Notify the student that the short answers of their attempt were marked."""
    result = f"{attempt.right} of {attempt.total}"
    notify(
        QUIZ_MARKED,
        people=[attempt.student],
        key=attempt.pk,
        to=[attempt.enrollment_id, attempt.quiz_id],
        quiz=attempt.quiz.title,
        outcome=f"You passed with {result}."
        if attempt.is_passed
        else f"{result} right: {attempt.quiz.pass_percent}% is needed.",
        at=at,
    )


def notify_work_left(enrollment: Enrollment, *, at: datetime) -> None:
    """Tell the student once that only required work is missing."""
    notify(
        WORK_LEFT,
        people=[enrollment.student],
        key=enrollment.pk,
        to=[enrollment.pk],
        course=enrollment.course.title,
        at=at,
    )
