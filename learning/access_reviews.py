"""Look up a review for a viewer (rule ROLE-11)."""

from typing import Any

from accounts.models import User
from learning.models import Review
from peerloop.kit.api import identifier
from peerloop.kit.refusals import Missing


def public_review(viewer: Any, review_id: Any) -> Review:
    """A review that the viewer may read; ``viewer`` may be anonymous. Raises Missing.

    Its student reads it whatever became of it, others while it is published. Of a private teacher,
    and in a course out of the catalog, only its two people and moderators read it (rule PRIV-2).
    """
    rows = Review.objects.select_related("enrollment__student", "course", "rated")
    review = rows.defer("course__search").filter(pk=identifier(review_id)).first()
    if review is None:
        raise Missing
    if viewer.is_authenticated:
        if viewer.pk == review.enrollment.student_id:
            return review
        if review.is_published and (viewer.pk == review.rated_id or viewer.keeps_order):
            return review
    is_open = review.course.is_listed if review.is_of_course else review.rated.privacy_public
    if not (review.is_published and is_open):
        raise Missing
    return review


def own_review(user: User, review_id: Any) -> Review:
    """A review that the member wrote; raises Missing."""
    review = public_review(user, review_id)
    if review.enrollment.student_id != user.pk:
        raise Missing
    return review


def review_to_answer(user: User, review_id: Any) -> Review:
    """A review of the member's teaching or course; raises Missing."""
    review = public_review(user, review_id)
    if review.rated_id != user.pk:
        raise Missing
    return review
