"""Notifying people of reviews, and asking for one."""

from datetime import datetime

from django.urls import reverse

from accounts.notifications.notify import notify
from learning.models import Enrollment, Review
from learning.notifications import (
    REVIEW_ANSWERED,
    REVIEW_OF_COURSE,
    REVIEW_OF_TEACHER,
    REVIEW_REMINDER,
)
from peerloop.kit.markdown import excerpt


def notify_review(review: Review, *, at: datetime) -> None:
    """Tell the teacher, or the creator of the course, once."""
    notify(
        REVIEW_OF_COURSE if review.is_of_course else REVIEW_OF_TEACHER,
        people=[review.rated],
        key=review.pk,
        to=[review.pk],
        student=review.enrollment.student.name,
        course=review.course.title,
        rating=review.rating,
        words=excerpt(review.comment, 200),
        at=at,
    )


def notify_answered(review: Review, *, at: datetime) -> None:
    """Tell the student, once."""
    notify(
        REVIEW_ANSWERED,
        people=[review.enrollment.student],
        key=review.pk,
        to=[review.pk],
        person=review.rated.name,
        course=review.course.title,
        words=excerpt(review.answer, 200),
        at=at,
    )


def notify_to_review(enrollment: Enrollment, *, at: datetime) -> None:
    """Ask the student once more, some days after the course."""
    notify(
        REVIEW_REMINDER,
        people=[enrollment.student],
        key=enrollment.pk,
        to=[enrollment.pk],
        course=enrollment.course.title,
        teacher=enrollment.teacher.name if enrollment.teacher else "",
        review_path=reverse("learn-review", args=[enrollment.pk]),
        at=at,
    )
