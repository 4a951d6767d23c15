"""Reviews, and answers to them, as content that can be reported (rules MOD-1, RATE-7)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse

from accounts.models import User
from learning.access_reviews import public_review
from learning.actions.reviews import (
    hide_review,
    remove_review,
    restore_answer,
    restore_review,
    take_out_answer,
)
from learning.models import Review
from peerloop.kit.refusals import Missing
from peerloop.kit.reportable import Content, Line, Reportable
from peerloop.kit.text import isolated


def content_of(review: Review) -> Content:
    """A review, and what was answered.

    It belongs to no community: who is reviewed, or appointed those who would decide, does not.
    """
    author = review.enrollment.student
    lines = [Line(author.pk, author.name, review.comment, review.created_at)]
    if review.answer and review.answered_at:
        rated = review.rated
        lines.append(Line(rated.pk, rated.name, review.answer, review.answered_at, is_meant=False))
    return Content(
        kind="review",
        id=review.pk,
        author=author,
        place=f"Review in {isolated(review.course.title)}",
        lines=tuple(line for line in lines if line.text),
        page=reverse("review", args=[review.pk]),
        stands=review.is_published,
    )


def reach(user: User, review_id: Any) -> Content:
    """A review that stands; raises Missing."""
    return content_of(public_review(user, review_id))


def find(review_id: UUID) -> Content:
    """Any review; raises Missing."""
    return content_of(_any_review(review_id))


def answer_of(review: Review) -> Content:
    """What was answered to a review, below what it answers; it has the id of the review."""
    student = review.enrollment.student
    lines = [Line(student.pk, student.name, review.comment, review.created_at, is_meant=False)]
    if review.answer and review.answered_at:
        rated = review.rated
        lines.append(Line(rated.pk, rated.name, review.answer, review.answered_at))
    return Content(
        kind="answer",
        id=review.pk,
        author=review.rated,
        place=f"Answer to a review in {isolated(review.course.title)}",
        lines=tuple(line for line in lines if line.text),
        page=reverse("review", args=[review.pk]),
        stands=review.answer_stands,
    )


def reach_answer(user: User, review_id: Any) -> Content:
    """An answer that stands; raises Missing."""
    review = public_review(user, review_id)
    if not review.public_answer:
        raise Missing
    return answer_of(review)


def find_answer(review_id: UUID) -> Content:
    """What was answered to any review; raises Missing where nobody ever answered."""
    review = _any_review(review_id)
    if review.answered_at is None:
        raise Missing
    return answer_of(review)


def _any_review(review_id: UUID) -> Review:
    rows = Review.objects.select_related("enrollment__student", "course", "rated")
    review = rows.defer("course__search").filter(pk=review_id).first()
    if review is None:
        raise Missing
    return review


def id_in_address(given: Mapping[str, Any]) -> UUID | None:
    """Which review an address of one is about."""
    review_id: UUID = given["review_id"]
    return review_id if Review.objects.filter(pk=review_id).exists() else None


REPORTABLE = (
    Reportable(
        kind="review",
        noun="review",
        reach=reach,
        find=find,
        hide=hide_review,
        remove=remove_review,
        restore=restore_review,
        ids={"review": id_in_address},
    ),
    Reportable(
        kind="answer",
        noun="review answer",
        reach=reach_answer,
        find=find_answer,
        hide=take_out_answer,
        remove=take_out_answer,
        restore=restore_answer,
    ),
)
