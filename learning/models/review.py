"""Public reviews of teachers and courses, and what is counted of them (rules RATE-4 to RATE-7)."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from learning.models.enrollment import Enrollment
from peerloop.kit.predicates import Is
from peerloop.kit.rows import HasStatus, Row, listed
from peerloop.kit.statements import statement
from peerloop.kit.states import State, StatusChoices
from peerloop.kit.triggers import Trigger, fixed, never_deleted, transitions

SHORTEST_WORDS = 10
LONGEST_WORDS = 4_000
STARS = (1, 2, 3, 4, 5)
PARTS = ("clarity", "relevance", "depth")
CHANGED_FOR = timedelta(days=14)


class About(models.TextChoices):
    """What a review is of: the teaching in an enrollment, or the course itself."""

    TEACHER = "teacher", "Teacher"
    COURSE = "course", "Course"


class ReviewStatus(StatusChoices):
    """Whether people read it. A hidden one still counts: three reports must not move a figure."""

    PUBLISHED = "published", State("ok", "circle-check", "Published")
    HIDDEN = "hidden", State("warn", "eye-off", "Hidden until a moderator looked")
    REMOVED = "removed", State("neutral", "ban", "Removed by moderation")


STEPS: dict[str, set[str]] = {
    ReviewStatus.PUBLISHED: {ReviewStatus.HIDDEN, ReviewStatus.REMOVED},
    ReviewStatus.HIDDEN: {ReviewStatus.PUBLISHED, ReviewStatus.REMOVED},
    ReviewStatus.REMOVED: {ReviewStatus.PUBLISHED},
}
OF_WHO_MET = Trigger(
    name="review_of_who_met",
    on="BEFORE INSERT",
    body="""
        IF NOT EXISTS (SELECT FROM enrollments e JOIN courses c ON c.id = e.course_id
            WHERE e.id = NEW.enrollment_id AND e.completed_at IS NOT NULL
                AND e.course_id = NEW.course_id
                AND CASE WHEN NEW.about = 'course' THEN c.creator_id = NEW.rated_id
                    ELSE e.student_teacher_id = NEW.student_teacher_id
                        AND e.teacher_id = NEW.rated_id END) THEN
            RAISE EXCEPTION 'a review is of what its student completed'
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NEW;
    """,
)
# The only place that writes ratings. The rows that keep the figures are locked before anything is
# counted: whoever waited there sees what the other one counted.
COUNTED = Trigger(
    name="review_counted",
    on="AFTER INSERT OR UPDATE OF rating, status",
    declare="""
        of_course CONSTANT boolean := NEW.about = 'course';
        rated_thing CONSTANT uuid := CASE WHEN of_course THEN NEW.course_id
            ELSE NEW.student_teacher_id END;
        mean numeric;
        amount integer;
    """,
    body=statement(
        """
        IF of_course THEN
            PERFORM FROM courses WHERE id = rated_thing FOR NO KEY UPDATE;
        ELSE
            PERFORM FROM student_teachers WHERE id = rated_thing FOR NO KEY UPDATE;
        END IF;
        INSERT INTO user_stats (id, user_id, {zeros}, created_at, updated_at)
            VALUES (gen_random_uuid(), NEW.rated_id, {nothing}, now(), now())
            ON CONFLICT (user_id) DO NOTHING;
        PERFORM FROM user_stats WHERE user_id = NEW.rated_id FOR NO KEY UPDATE;
        IF TG_OP = 'UPDATE' AND OLD.status <> 'removed' THEN
            UPDATE rating_counts SET number = number - 1
                WHERE rated_thing_id = rated_thing AND stars = OLD.rating;
        END IF;
        IF NEW.status <> 'removed' THEN
            INSERT INTO rating_counts (rated_thing_id, stars, number, rated_id)
                VALUES (rated_thing, NEW.rating, 1, NEW.rated_id)
                ON CONFLICT (rated_thing_id, stars)
                DO UPDATE SET number = rating_counts.number + 1;
        END IF;
        SELECT {mean}, {amount} INTO mean, amount
            FROM rating_counts WHERE rated_thing_id = rated_thing;
        IF of_course THEN
            UPDATE courses SET rating = mean, rating_count = amount WHERE id = rated_thing;
        ELSE
            UPDATE student_teachers SET rating = mean, rating_count = amount
                WHERE id = rated_thing;
        END IF;
        UPDATE user_stats SET (average_rating, total_reviews) = (
                SELECT {mean}, {amount} FROM rating_counts WHERE rated_id = NEW.rated_id)
            WHERE user_id = NEW.rated_id;
        RETURN NULL;
        """,
        zeros="students_taught, courses_created, courses_completed, sessions_completed,"
        " total_reviews, follower_count, following_count",
        nothing=", ".join("0" * 7),
        mean="round(sum(stars * number)::numeric / nullif(sum(number), 0), 1)",
        amount="coalesce(sum(number), 0)::int",
    ),
)
VOTED = Trigger(
    name="review_vote_counted",
    on="AFTER INSERT OR DELETE",
    declare="""
        of_review uuid := coalesce(NEW.review_id, OLD.review_id);
        change integer := CASE WHEN TG_OP = 'INSERT' THEN 1 ELSE -1 END;
    """,
    body="""
        UPDATE reviews SET helpful_count = helpful_count + change WHERE id = of_review;
        RETURN NULL;
    """,
)


class ReviewQuerySet(models.QuerySet["Review"]):
    """Filters of reviews."""

    def shown(self) -> "ReviewQuerySet":
        """Those that anybody may read, and that say something."""
        return self.filter(SHOWN)


SHOWN = Q(status=ReviewStatus.PUBLISHED) & ~Q(comment="")


class Review(HasStatus, Row):
    """What a student says in public of a completed enrollment: of its teacher, or of the course.

    ``rated`` is the teacher, or the creator of the course, who may answer once. ``helpful_count``
    and the ratings of teachers and courses are written by triggers only.
    """

    About = About
    Status = ReviewStatus
    TRANSITIONS: ClassVar = STEPS

    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="reviews")
    about = models.CharField(max_length=7, choices=About.choices)
    course = models.ForeignKey(
        "catalog.Course", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    student_teacher = models.ForeignKey(
        "learning.StudentTeacher",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    rated = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    rating = models.PositiveSmallIntegerField()
    comment = models.TextField(max_length=LONGEST_WORDS, blank=True)
    clarity = models.PositiveSmallIntegerField(null=True, blank=True)
    relevance = models.PositiveSmallIntegerField(null=True, blank=True)
    depth = models.PositiveSmallIntegerField(null=True, blank=True)
    status = models.CharField(
        max_length=9, choices=ReviewStatus.choices, default=ReviewStatus.PUBLISHED
    )
    changed_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(max_length=LONGEST_WORDS, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    # False while moderators have the answer, and once they removed it.
    answer_stands = models.BooleanField(default=True)
    helpful_count = models.PositiveIntegerField(default=0)

    is_published = Is("status", Status.PUBLISHED)
    is_hidden = Is("status", Status.HIDDEN)
    is_removed = Is("status", Status.REMOVED)
    is_of_course = Is("about", About.COURSE)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        db_table = "reviews"
        constraints = [
            models.UniqueConstraint(fields=["enrollment", "about"], name="review_once"),
            listed("about", About, name="review_about"),
            listed("status", ReviewStatus, name="review_status"),
            models.CheckConstraint(condition=Q(rating__in=STARS), name="review_rating_1_to_5"),
            models.CheckConstraint(
                condition=Q(about="teacher", student_teacher__isnull=False)
                & Q(clarity=None, relevance=None, depth=None)
                | Q(about="course", student_teacher=None),
                name="review_of_teacher_or_course",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{part}__isnull": True}) | Q(**{f"{part}__in": STARS}),
                    name=f"review_{part}_1_to_5",
                )
                for part in PARTS
            ),
            # Empty is what erasing an account leaves.
            *(
                models.CheckConstraint(
                    condition=Q(**{words: ""}) | Q(**{f"{words}__length__gte": SHORTEST_WORDS}),
                    name=f"review_{words}_says_something",
                )
                for words in ("comment", "answer")
            ),
            models.CheckConstraint(
                condition=Q(answer="") | Q(answered_at__isnull=False), name="review_answered_at"
            ),
            OF_WHO_MET,
            COUNTED,
            transitions("review_transitions", STEPS, what="a review"),
            fixed(
                "review_fixed",
                *("enrollment_id", "about", "course_id", "student_teacher_id", "rated_id"),
                message="a review stays of what it is of",
            ),
            never_deleted("review_never_deleted"),
        ]
        indexes = [
            models.Index(
                fields=["course", "-created_at", "-id"],
                condition=SHOWN & Q(about="course"),
                name="review_of_course_newest",
            ),
            models.Index(
                fields=["course", "-helpful_count", "-created_at", "-id"],
                condition=SHOWN & Q(about="course"),
                name="review_of_course_helpful",
            ),
            models.Index(
                fields=["rated", "-created_at", "-id"], condition=SHOWN, name="review_newest"
            ),
            models.Index(
                fields=["rated", "-helpful_count", "-created_at", "-id"],
                condition=SHOWN,
                name="review_most_helpful",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rating} of 5: {self.enrollment_id}"

    @property
    def public_answer(self) -> str:
        """The answer as others read it; empty while it does not stand."""
        return self.answer if self.answer_stands else ""


class RatingCount(models.Model):
    """How many reviews give so many stars to a course, or to somebody's teaching of one.

    Written by the trigger of reviews. ``rated_thing_id`` is a course's or a student-teacher's.
    """

    id = models.BigAutoField(primary_key=True)
    rated_thing_id = models.UUIDField()
    stars = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    rated = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "rating_counts"
        constraints = [
            models.UniqueConstraint(fields=["rated_thing_id", "stars"], name="rating_count_once")
        ]

    def __str__(self) -> str:
        return f"{self.number} times {self.stars}"


class ReviewVote(Row):
    """A member whom a review helped."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "review_votes"
        constraints = [
            models.UniqueConstraint(fields=["review", "user"], name="review_vote_once"),
            VOTED,
        ]

    def __str__(self) -> str:
        return f"{self.user_id} was helped by {self.review_id}"


class Expectations(Row):
    """What a student hopes for in an enrollment; its people read it, nobody else (rule RATE-8)."""

    enrollment = models.OneToOneField(
        Enrollment, on_delete=models.PROTECT, related_name="expectations"
    )
    goal = models.TextField(max_length=1_000, blank=True)
    timeline = models.TextField(max_length=1_000, blank=True)
    experience = models.TextField(max_length=1_000, blank=True)
    hopes = models.TextField(max_length=1_000, blank=True)

    class Meta:
        db_table = "expectations"
        verbose_name_plural = "expectations"

    def __str__(self) -> str:
        return f"expectations of {self.enrollment_id}"
