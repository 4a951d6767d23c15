"""Public reviews: the newest and the most helpful, and how their stars are spread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Exists, OuterRef, QuerySet, Subquery, Sum, Value

from accounts.models import User
from catalog.models import Course
from learning.models import Enrollment, RatingCount, Review, ReviewVote
from learning.models.review import CHANGED_FOR, STARS
from peerloop.kit.counting import count_up_to

SORTS = {
    "helpful": ("-helpful_count", "-created_at", "-pk"),
    "newest": ("-created_at", "-pk"),
}
DEFAULT_SORT = "helpful"
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Spread:
    """How the stars of all reviews are spread; ``mean`` is to one decimal (rule RATE-6)."""

    numbers: Mapping[int, int]

    @property
    def total(self) -> int:
        """All reviews that count."""
        return sum(self.numbers.values())

    @property
    def mean(self) -> float | None:
        """None without reviews."""
        total = self.total
        return round(sum(s * n for s, n in self.numbers.items()) / total, 1) if total else None

    @property
    def bars(self) -> list[tuple[int, int, int]]:
        """From five stars down: the stars, how many, and in percent of all."""
        total = self.total or 1
        found = ((stars, self.numbers.get(stars, 0)) for stars in reversed(STARS))
        return [(stars, number, round(100 * number / total)) for stars, number in found]


@dataclass(frozen=True, slots=True)
class ReviewsShown:
    """The first reviews of a course or a person, and what the page says about all of them."""

    spread: Spread
    first: list[Review]

    @property
    def has_more(self) -> bool:
        """Whether there may be more than are shown."""
        return len(self.first) == SHOWN


NO_REVIEWS = ReviewsShown(Spread({}), [])


def as_seen(rows: QuerySet[Review], viewer: Any) -> QuerySet[Review]:
    """With the people of each review, and whether it helped the viewer."""
    rows = rows.select_related("enrollment__student", "rated", "course").defer("course__search")
    if not viewer.is_authenticated:
        return rows.annotate(has_helped=Value(False, output_field=BooleanField()))
    votes = ReviewVote.objects.filter(review=OuterRef("pk"), user=viewer)
    return rows.annotate(has_helped=Exists(votes))


def course_reviews(course_id: UUID, *, sort: str = DEFAULT_SORT, viewer: Any) -> QuerySet[Review]:
    """The reviews of a course that anybody may read."""
    rows = Review.objects.shown().filter(course=course_id, about=Review.About.COURSE)
    return as_seen(rows, viewer).order_by(*SORTS[sort])


def reviews_of(user_id: UUID, *, sort: str = DEFAULT_SORT, viewer: Any) -> QuerySet[Review]:
    """The reviews of somebody's teaching and of their courses that anybody may read."""
    rows = Review.objects.shown().filter(rated=user_id)
    return as_seen(rows, viewer).order_by(*SORTS[sort])


def course_spread(course_id: UUID) -> Spread:
    """How a course is rated. One statement."""
    rows = RatingCount.objects.filter(rated_thing_id=course_id)
    return Spread(dict(rows.values_list("stars", "number")))


def spread_of(user_id: UUID) -> Spread:
    """How somebody's teaching and courses are rated. One statement."""
    rows = RatingCount.objects.filter(rated=user_id).values("stars").annotate(n=Sum("number"))
    return Spread(dict(rows.values_list("stars", "n")))


def first_course_reviews(course_id: UUID, *, viewer: Any) -> ReviewsShown:
    """What the page of a course shows. Two statements."""
    return ReviewsShown(
        course_spread(course_id), list(course_reviews(course_id, viewer=viewer)[:SHOWN])
    )


def first_reviews_of(user_id: UUID, *, viewer: Any) -> ReviewsShown:
    """What the page of a teacher shows. Two statements."""
    return ReviewsShown(spread_of(user_id), list(reviews_of(user_id, viewer=viewer)[:SHOWN]))


def best_words(course_ids: Sequence[UUID]) -> list[Review]:
    """The most helpful review of each of these courses among those of four and five stars.

    One statement that reads a few rows of each; none without courses.
    """
    if not course_ids:
        return []
    of_course = Review.objects.shown().filter(about=Review.About.COURSE, course=OuterRef("pk"))
    best = of_course.filter(rating__gte=4).order_by(*SORTS["helpful"]).values("pk")[:1]
    chosen = Course.objects.filter(pk__in=course_ids).values_list(Subquery(best))
    rows = Review.objects.filter(pk__in=chosen).select_related("enrollment__student", "course")
    return list(rows.defer("course__search").order_by(*SORTS["helpful"]))


def own_reviews(enrollment: Enrollment) -> dict[str, Review]:
    """What the student wrote about an enrollment, by what it is about."""
    rows = Review.objects.filter(enrollment=enrollment).select_related("rated")
    return {review.about: review for review in rows}


def with_reviewed(rows: QuerySet[Enrollment]) -> QuerySet[Any]:
    """Each with ``has_reviewed``: whether its student reviewed the course or its teacher."""
    return rows.annotate(has_reviewed=Exists(Review.objects.filter(enrollment=OuterRef("pk"))))


def left_to_review(enrollment: Enrollment) -> list[str]:
    """What its student can still review once it is completed: the teacher, the course."""
    if not enrollment.is_completed:
        return []
    written = set(Review.objects.filter(enrollment=enrollment).values_list("about", flat=True))
    possible = [Review.About.TEACHER] if enrollment.teacher_id else []
    return [about for about in (*possible, Review.About.COURSE) if about not in written]


def can_be_changed(review: Review, *, at: datetime) -> bool:
    """Whether its author may still change it (rule RATE-7)."""
    return review.is_published and at <= review.created_at + CHANGED_FOR


def unanswered(user: User) -> int:
    """How many reviews a member could answer, up to the most that is counted."""
    return count_up_to(Review.objects.shown().filter(rated=user, answered_at=None))
