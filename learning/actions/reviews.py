"""Write, change and answer public reviews, and say that one helped (rules RATE-4 to RATE-7)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from accounts.sanctions.access import require_may_post
from learning.actions.locks import lock_enrollment
from learning.models import Enrollment, Review, ReviewVote
from learning.models.review import LONGEST_WORDS, PARTS, SHORTEST_WORDS, STARS
from learning.notifications_reviews import notify_answered, notify_review
from learning.queries.reviews import can_be_changed
from peerloop.kit.refusals import Conflict, FieldErrors, Forbidden, Invalid, WrongMoment
from peerloop.kit.rows import locked
from peerloop.kit.text import clean

About = Review.About


class ReviewedAlready(Conflict):
    """One review of each kind for an enrollment."""

    code = "already_reviewed"
    message = "You have reviewed this already. You can change it for 14 days."


class AnsweredAlready(Conflict):
    """One public answer for a review."""

    code = "already_answered"
    message = "You have answered this review already."


@transaction.atomic
def write_review(
    *,
    enrollment: Enrollment,
    about: str,
    by: User,
    rating: int,
    comment: str = "",
    at: datetime,
    **parts: int | None,
) -> Review:
    """Publish a student's review of the teacher or of the course, once each (RATE-4, RATE-5).

    ``parts``: clarity, relevance and depth of the course, 1 to 5, as the student likes. A review of
    the teacher needs words. The same again changes nothing. Whoever is rated is told. Raises
    Forbidden for anybody but the student, WrongMoment before the course is completed, Invalid
    naming the field, PostingBanned, ReviewedAlready for another one.
    """
    lock_enrollment(enrollment)
    if by.pk != enrollment.student_id:
        raise Forbidden("Only the student of this enrollment reviews it.")
    if not enrollment.is_completed:
        raise WrongMoment(
            "You can review a course once it is completed.", status_now=enrollment.status
        )
    is_of_course = about == About.COURSE
    rated = enrollment.course.creator if is_of_course else enrollment.teacher
    if rated is None:
        raise WrongMoment("Nobody taught you in this course at its end.")
    require_may_post(by, at=at)
    said = _said(about, rating, comment, parts)
    before = Review.objects.filter(enrollment=enrollment, about=about).first()
    if before is not None:
        if _says(before, said):
            return before
        raise ReviewedAlready
    review = Review.objects.create(
        enrollment=enrollment,
        about=about,
        course=enrollment.course,
        student_teacher=None if is_of_course else enrollment.student_teacher,
        rated=rated,
        created_at=at,
        updated_at=at,
        **said,
    )
    notify_review(review, at=at)
    return review


@transaction.atomic
def change_review(
    *,
    review: Review,
    by: User,
    rating: int,
    comment: str = "",
    at: datetime,
    **parts: int | None,
) -> Review:
    """Change one's own review for 14 days (rule RATE-7). The same again changes nothing.

    Raises Forbidden for others and later, WrongMoment once moderators hid or removed it, Invalid
    naming the field, PostingBanned.
    """
    review = _locked(review.pk)
    if by.pk != review.enrollment.student_id:
        raise Forbidden("Only who wrote a review changes it.")
    said = _said(review.about, rating, comment, parts)
    if _says(review, said):
        return review
    if not review.is_published:
        raise WrongMoment("Moderators have this review now.", status_now=review.status)
    if not can_be_changed(review, at=at):
        raise Forbidden("A review can be changed for 14 days.", code="review_closed")
    require_may_post(by, at=at)
    for name, value in said.items():
        setattr(review, name, value)
    review.changed_at = at
    review.save(update_fields=[*said, "changed_at"])
    return review


@transaction.atomic
def answer_review(*, review: Review, by: User, answer: str, at: datetime) -> Review:
    """Answer a review in public, once: the teacher, or the creator for the course (rule RATE-7).

    The student is told. The same again changes nothing. Raises Forbidden for others, WrongMoment
    while moderators have it, Invalid naming ``answer``, PostingBanned, AnsweredAlready.
    """
    review = _locked(review.pk)
    if by.pk != review.rated_id:
        raise Forbidden("Only who was reviewed answers.")
    words = _words("answer", answer, is_needed=True)
    if review.answered_at is not None:
        if review.answer == words:
            return review
        raise AnsweredAlready
    if not review.is_published:
        raise WrongMoment("Moderators have this review now.", status_now=review.status)
    require_may_post(by, at=at)
    review.answer, review.answered_at = words, at
    review.save(update_fields=["answer", "answered_at"])
    notify_answered(review, at=at)
    return review


@transaction.atomic
def mark_helpful(*, review: Review, by: User, is_helpful: bool, at: datetime) -> int:
    """Say that a review helped, or take that back; how many it helped now. Safe to repeat.

    Raises Forbidden for who wrote it and who is reviewed.
    """
    review = _locked(review.pk)
    if by.pk in (review.enrollment.student_id, review.rated_id):
        raise Forbidden("Others say whether a review helped them.")
    votes = ReviewVote.objects.filter(review=review, user=by)
    if not is_helpful:
        votes.delete()
    elif not votes.exists():
        ReviewVote.objects.create(review=review, user=by, created_at=at, updated_at=at)
    review.refresh_from_db(fields=["helpful_count"])
    return review.helpful_count


@transaction.atomic
def hide_review(*, id: UUID, at: datetime) -> None:
    """Show nobody what a review says, until somebody looked. It still counts. Safe to repeat."""
    review = _locked(id)
    if review.is_published:
        _become(review, Review.Status.HIDDEN)


@transaction.atomic
def remove_review(*, id: UUID, at: datetime) -> None:
    """Take a review out, also of the mean (rule RATE-7). Safe to repeat."""
    review = _locked(id)
    if not review.is_removed:
        _become(review, Review.Status.REMOVED)


@transaction.atomic
def restore_review(*, id: UUID, at: datetime) -> None:
    """Publish a hidden or removed review again; it counts again. Safe to repeat."""
    review = _locked(id)
    if not review.is_published:
        _become(review, Review.Status.PUBLISHED)


@transaction.atomic
def take_out_answer(*, id: UUID, at: datetime) -> None:
    """Show others no longer what was answered, and leave the review. Safe to repeat."""
    _let_answer_stand(id, stands=False)


@transaction.atomic
def restore_answer(*, id: UUID, at: datetime) -> None:
    """Show again what was answered. Safe to repeat."""
    _let_answer_stand(id, stands=True)


def _let_answer_stand(review_id: UUID, *, stands: bool) -> None:
    review = _locked(review_id)
    review.answer_stands = stands
    review.save(update_fields=["answer_stands"])


def _become(review: Review, status: str) -> None:
    review.transition_to(status)
    review.save(update_fields=["status"])


def _locked(review_id: UUID) -> Review:
    rows = Review.objects.select_related("enrollment__student", "course", "rated")
    return locked(rows.defer("course__search")).get(pk=review_id)


def _says(review: Review, said: Mapping[str, Any]) -> bool:
    return all(getattr(review, name) == value for name, value in said.items())


def _said(about: str, rating: int, comment: str, parts: Mapping[str, int | None]) -> dict[str, Any]:
    """What a review says, checked; raises Invalid naming every wrong field."""
    is_of_course = about == About.COURSE
    given: dict[str, Any] = {"rating": rating}
    given |= {name: parts.get(name) if is_of_course else None for name in PARTS}
    errors = FieldErrors()
    for name, value in given.items():
        with errors.part():
            if value not in STARS and not (value is None and name in PARTS):
                raise Invalid.field(name, "Give a whole number from 1 to 5.")
    with errors.part():
        given["comment"] = _words("comment", comment, is_needed=not is_of_course)
    errors.settle()
    return given


def _words(name: str, given: str, *, is_needed: bool) -> str:
    words = clean(given)
    if len(words) > LONGEST_WORDS:
        raise Invalid.field(name, f"Use at most {LONGEST_WORDS:,} characters.")
    if len(words) < SHORTEST_WORDS and (words or is_needed):
        raise Invalid.field(name, f"Write at least {SHORTEST_WORDS} characters.")
    return words
