"""Modules of a course and the lists of its page."""

from django.db import models
from django.db.models import Q

from catalog.models.course import Course
from catalog.models.search import touches_search
from peerloop.kit.rows import Row

# What ``catalog.actions.links`` lets through begins so; a script or a file of the server does not.
WEB_ADDRESS = "^https?://"


class CourseModule(Row):
    """One module of a course, taught in one session. Archived modules have no position."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="modules")
    module_order = models.PositiveSmallIntegerField(null=True, blank=True)
    title = models.CharField(max_length=140)
    description = models.TextField(max_length=10_000, blank=True)
    duration = models.CharField(max_length=60, blank=True)
    video_url = models.URLField(max_length=500, null=True, blank=True)
    document_url = models.URLField(max_length=500, null=True, blank=True)
    video_count = models.PositiveSmallIntegerField(default=0)
    reading_count = models.PositiveSmallIntegerField(default=0)
    has_assessment = models.BooleanField(default=False)
    objectives = models.TextField(max_length=5000, blank=True)
    exercise = models.TextField(max_length=5000, blank=True)
    # For the teachers of the course and its creator; never on a page of learners.
    teaching_notes = models.TextField(max_length=10_000, blank=True, default="", db_default="")
    revision = models.PositiveIntegerField(default=1, db_default=1)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "course_curriculum"
        ordering = ["course", "module_order"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "module_order"],
                name="module_order_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(archived_at__isnull=True, module_order__isnull=False)
                | Q(archived_at__isnull=False, module_order__isnull=True),
                name="module_archived_has_no_order",
            ),
            models.CheckConstraint(
                condition=Q(module_order__isnull=True) | Q(module_order__gte=1),
                name="module_order_from_1",
            ),
            models.CheckConstraint(condition=Q(revision__gte=1), name="module_revision_from_1"),
            models.CheckConstraint(
                condition=(Q(video_url=None) | Q(video_url__regex=WEB_ADDRESS))
                & (Q(document_url=None) | Q(document_url__regex=WEB_ADDRESS)),
                name="module_links_lead_to_the_web",
            ),
            *touches_search("course_curriculum"),
        ]

    def __str__(self) -> str:
        return self.title


class CourseLine(Row):
    """A line of a list on the course page."""

    text = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField()

    class Meta:
        abstract = True
        ordering = ["position"]

    def __str__(self) -> str:
        return self.text


class CourseObjective(CourseLine):
    """What students learn."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="objectives")

    class Meta(CourseLine.Meta):
        db_table = "course_objectives"
        constraints = [
            models.UniqueConstraint(
                fields=["course", "position"],
                name="objective_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            *touches_search("course_objectives"),
        ]


class CourseInclude(CourseLine):
    """What the price includes."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="includes")

    class Meta(CourseLine.Meta):
        db_table = "course_includes"
        constraints = [
            models.UniqueConstraint(
                fields=["course", "position"],
                name="include_position_once",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]


class CourseTargetAudience(CourseLine):
    """For whom the course is."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="target_audience")

    class Meta(CourseLine.Meta):
        db_table = "course_target_audience"
        constraints = [
            models.UniqueConstraint(
                fields=["course", "position"],
                name="audience_position_once",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]


class CoursePrerequisite(CourseLine):
    """What students should know or have before, of three kinds (rule CAT-7)."""

    class Kind(models.TextChoices):
        REQUIRED = "required"
        NICE_TO_HAVE = "nice_to_have"
        NOT_REQUIRED = "not_required"

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="prerequisites")
    kind = models.CharField(max_length=12, choices=Kind.choices)

    class Meta(CourseLine.Meta):
        db_table = "course_prerequisites"
        constraints = [
            models.UniqueConstraint(
                fields=["course", "position"],
                name="prerequisite_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["required", "nice_to_have", "not_required"]),
                name="prerequisite_kind",
            ),
        ]


class CourseTestimonial(Row):
    """What somebody said about the course, quoted by its creator, with a name for who said it."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="testimonials")
    quote = models.CharField(max_length=500)
    author = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "course_testimonials"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "position"],
                name="testimonial_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=~Q(quote="") & ~Q(author=""), name="testimonial_has_words_and_author"
            ),
        ]

    def __str__(self) -> str:
        return self.quote


class CourseTag(Row):
    """A free tag, in lower case."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="tags")
    tag = models.CharField(max_length=40)

    class Meta:
        db_table = "course_tags"
        ordering = ["tag"]
        constraints = [
            models.UniqueConstraint(fields=["course", "tag"], name="course_tag_once"),
            *touches_search("course_tags"),
        ]
        indexes = [models.Index(fields=["tag"], name="course_tag_tag")]

    def __str__(self) -> str:
        return self.tag


class PeerLoopFeatures(Row):
    """Features that PeerLoop adds to the course."""

    course = models.OneToOneField(
        Course, on_delete=models.CASCADE, related_name="peerloop_features"
    )
    one_on_one_teaching = models.BooleanField(default=True)
    certified_teachers = models.BooleanField(default=True)
    earn_while_teaching = models.BooleanField(default=True)
    teacher_commission = models.PositiveSmallIntegerField(default=70)

    class Meta:
        db_table = "peerloop_features"
        verbose_name_plural = "PeerLoop features"

    def __str__(self) -> str:
        return f"features of {self.course_id}"
