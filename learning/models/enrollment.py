"""Enrollments, their progress and their changes of teacher."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from peerloop.kit.predicates import Is
from peerloop.kit.rows import HasStatus, Row, status_sql
from peerloop.kit.states import State, StatusChoices


class EnrollmentQuerySet(models.QuerySet["Enrollment"]):
    """Filters of enrollments."""

    def active(self) -> "EnrollmentQuerySet":
        """Enrollments that are neither completed, cancelled nor disputed."""
        return self.filter(status__in=Enrollment.ACTIVE)

    def with_content(self) -> "EnrollmentQuerySet":
        """Enrollments that give access to the course's content (rule ENR-6)."""
        return self.exclude(status=Enrollment.Status.CANCELLED)


class Enrollment(HasStatus, Row):
    """A student's enrollment in a course, created when the payment succeeded (rule ENR-3)."""

    class Status(StatusChoices):
        ENROLLED = "enrolled", State("info", "circle-dot", "Enrolled")
        IN_PROGRESS = "in_progress", State("brand", "circle-dot", "In progress")
        COMPLETED = "completed", State("ok", "circle-check", "Completed")
        CANCELLED = "cancelled", State("neutral", "ban", "Cancelled")
        DISPUTED = "disputed", State("warn", "triangle-alert", "Disputed")

    class Source(models.TextChoices):
        CHECKOUT = "checkout"
        COMP = "comp"
        SPONSOR = "sponsor"

    ACTIVE: ClassVar = (Status.ENROLLED, Status.IN_PROGRESS)
    TRANSITIONS: ClassVar = {
        Status.ENROLLED: {Status.IN_PROGRESS, Status.COMPLETED, Status.CANCELLED, Status.DISPUTED},
        Status.IN_PROGRESS: {Status.COMPLETED, Status.CANCELLED, Status.DISPUTED},
        Status.COMPLETED: {Status.CANCELLED, Status.DISPUTED},
        Status.DISPUTED: {
            Status.ENROLLED,
            Status.IN_PROGRESS,
            Status.COMPLETED,
            Status.CANCELLED,
        },
        Status.CANCELLED: set(),
    }

    student = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey("catalog.Course", on_delete=models.PROTECT, related_name="+")
    teacher = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    student_teacher = models.ForeignKey(
        "learning.StudentTeacher",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="enrollments",
    )
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.ENROLLED)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.CHECKOUT)
    modules_paid = models.PositiveSmallIntegerField()
    session_credits = models.PositiveSmallIntegerField(default=0)
    extra_sessions = models.PositiveSmallIntegerField(default=0)
    progress_percent = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    completion_fired_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancel_reason = models.TextField(max_length=2000, blank=True)
    booking_blocked_at = models.DateTimeField(null=True, blank=True)
    guarantee_used_at = models.DateTimeField(null=True, blank=True)
    # When its student was reminded, once, to review it.
    review_asked_at = models.DateTimeField(null=True, blank=True)

    is_completed = Is("status", Status.COMPLETED)
    is_cancelled = Is("status", Status.CANCELLED)
    is_disputed = Is("status", Status.DISPUTED)

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        db_table = "enrollments"
        constraints = [
            models.UniqueConstraint(
                fields=["student", "course"],
                condition=Q(status__in=["enrolled", "in_progress"]),
                name="enrollment_one_active",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["enrolled", "in_progress", "completed", "cancelled", "disputed"]
                ),
                name="enrollment_status",
            ),
            models.CheckConstraint(
                condition=Q(modules_paid__gte=1), name="enrollment_modules_paid"
            ),
            models.CheckConstraint(
                condition=Q(progress_percent__lte=100), name="enrollment_progress_0_to_100"
            ),
            models.CheckConstraint(
                condition=~Q(status="completed") | Q(completed_at__isnull=False),
                name="enrollment_completed_at",
            ),
            models.CheckConstraint(
                condition=Q(status="cancelled", cancelled_at__isnull=False)
                | (~Q(status="cancelled") & Q(cancelled_at__isnull=True)),
                name="enrollment_cancelled_at",
            ),
            models.CheckConstraint(
                condition=Q(teacher__isnull=True, student_teacher__isnull=True)
                | Q(teacher__isnull=False, student_teacher__isnull=False),
                name="enrollment_teacher_pair",
            ),
            models.CheckConstraint(
                condition=Q(teacher__isnull=True) | ~Q(teacher=F("student")),
                name="enrollment_not_own_teacher",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="enrollment_created"),
            models.Index(fields=["course", "status"], name="enrollment_course_status"),
            models.Index(fields=["course", "-created_at", "-id"], name="enrollment_course_newest"),
            models.Index(fields=["teacher", "status"], name="enrollment_teacher_status"),
            models.Index(
                fields=["teacher", "-completed_at", "-created_at", "-id"],
                condition=~Q(status="cancelled"),
                name="enrollment_students",
            ),
            models.Index(fields=["student", "created_at"], name="enrollment_student_created"),
            models.Index(fields=["student", "course"], name="enrollment_student_course"),
            models.Index(
                fields=["completed_at", "id"],
                condition=Q(status="completed", review_asked_at=None),
                name="enrollment_to_be_reviewed",
            ),
        ]

    def __str__(self) -> str:
        return f"enrollment {self.pk}"

    @classmethod
    def with_content_sql(cls, table: str = "enrollments") -> str:
        """The condition of ``with_content`` for statements in SQL."""
        return f"{table}.status <> '{cls.Status.CANCELLED}'"

    @classmethod
    def active_sql(cls, table: str = "enrollments") -> str:
        """The condition of ``EnrollmentQuerySet.active`` for statements in SQL."""
        return status_sql(table, cls.ACTIVE)

    @property
    def is_active(self) -> bool:
        """Whether it is neither completed, cancelled nor disputed."""
        return self.status in self.ACTIVE

    @property
    def status_by_progress(self) -> str:
        """The status that follows from the progress alone, without dispute or cancellation."""
        if self.completed_at:
            return self.Status.COMPLETED
        return self.Status.IN_PROGRESS if self.started_at else self.Status.ENROLLED

    @property
    def opens_content(self) -> bool:
        """Whether the student has access to content and downloads (rule ENR-6)."""
        return self.status != self.Status.CANCELLED


class ModuleProgress(Row):
    """Progress in one module: when it was delivered in a session, and marked complete."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.CASCADE, related_name="progress")
    module = models.ForeignKey("catalog.CourseModule", on_delete=models.PROTECT, related_name="+")
    delivered_at = models.DateTimeField(null=True, blank=True)
    is_complete = models.BooleanField(default=False)
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "module_progress"
        verbose_name_plural = "module progress"
        constraints = [
            models.UniqueConstraint(fields=["enrollment", "module"], name="module_progress_once"),
            models.CheckConstraint(
                condition=Q(is_complete=True, completed_at__isnull=False)
                | Q(is_complete=False, completed_at__isnull=True),
                name="module_progress_completed_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module_id}: {self.is_complete}"


class TeacherChange(Row):
    """A recorded change of an enrollment's teacher, with its reason."""

    class Side(models.TextChoices):
        STUDENT = "student"
        TEACHER = "teacher"
        ADMIN = "admin"

    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="+")
    old_teacher = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    new_teacher = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(max_length=2000, blank=True)
    side = models.CharField(max_length=8, choices=Side.choices)

    class Meta:
        db_table = "teacher_changes"

    def __str__(self) -> str:
        return f"{self.enrollment_id}: {self.old_teacher_id} to {self.new_teacher_id}"
