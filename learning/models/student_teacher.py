"""Student-teachers, and applications to become one."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models.member import active_member
from peerloop.kit.predicates import Is
from peerloop.kit.rows import HasStatus, Row
from peerloop.kit.states import State, StatusChoices


class StudentTeacherQuerySet(models.QuerySet["StudentTeacher"]):
    """Filters of student-teachers."""

    def certified(self) -> "StudentTeacherQuerySet":
        """Student-teachers with an active account and an active right to teach, paused or not."""
        return self.filter(active_member("user__"), is_active=True)

    def eligible(self) -> "StudentTeacherQuerySet":
        """Student-teachers who may be chosen, assigned and booked (rule TEACH-1)."""
        return self.certified().filter(teaching_active=True)


class StudentTeacher(Row):
    """A member's right to teach one course (rule ROLE-5).

    ``is_active`` is set by the creator and admins; ``teaching_active`` is False while the teacher
    pauses. ``was_listed`` keeps, while the right is off, that switching it off unlisted the member
    (rule ROLE-7).
    """

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey("catalog.Course", on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    teaching_active = models.BooleanField(default=True)
    certified_date = models.DateField()
    certified_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    certificate = models.OneToOneField(
        "learning.Certificate", on_delete=models.PROTECT, related_name="student_teacher"
    )
    waiver_reason = models.TextField(max_length=2000, blank=True)
    students_taught = models.PositiveIntegerField(default=0)
    rating = models.DecimalField(max_digits=2, decimal_places=1, null=True, blank=True)
    rating_count = models.PositiveIntegerField(default=0)
    deactivated_reason = models.TextField(max_length=2000, blank=True)
    was_listed = models.BooleanField(default=False, db_default=False)

    objects = StudentTeacherQuerySet.as_manager()

    class Meta:
        db_table = "student_teachers"
        constraints = [
            models.UniqueConstraint(fields=["user", "course"], name="student_teacher_once"),
            models.CheckConstraint(
                condition=Q(rating__isnull=True, rating_count=0)
                | Q(rating__isnull=False, rating_count__gte=1),
                name="student_teacher_rating",
            ),
        ]
        indexes = [
            models.Index(
                fields=["course"],
                condition=Q(is_active=True, teaching_active=True),
                name="student_teacher_teaching",
            ),
            models.Index(fields=["user", "-is_active", "-id"], name="student_teacher_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} teaches {self.course_id}"

    @classmethod
    def may_teach_sql(cls, table: str = "student_teachers") -> str:
        """The condition of ``may_teach`` for statements in SQL."""
        return f"({table}.is_active AND {table}.teaching_active)"

    @property
    def may_teach(self) -> bool:
        """Whether both switches are on. ``eligible`` also checks that the account is active."""
        return self.is_active and self.teaching_active


class TeachingApplication(HasStatus, Row):
    """A student's application to teach a course that they completed (rule APPLY-1)."""

    class Status(StatusChoices):
        PENDING = "pending", State("warn", "hourglass", "Pending")
        APPROVED = "approved", State("ok", "circle-check", "Approved")
        DECLINED = "declined", State("neutral", "circle-x", "Declined")
        WITHDRAWN = "withdrawn", State("neutral", "undo-2", "Withdrawn")

    TRANSITIONS: ClassVar = {Status.PENDING: {Status.APPROVED, Status.DECLINED, Status.WITHDRAWN}}
    # How long a declined applicant must wait before applying again.
    WAIT_AFTER_DECLINE: ClassVar = timedelta(days=30)

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey("catalog.Course", on_delete=models.PROTECT, related_name="+")
    enrollment = models.ForeignKey(
        "learning.Enrollment", on_delete=models.PROTECT, related_name="applications"
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    message = models.TextField(max_length=5000, blank=True)
    decided_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(max_length=2000, blank=True)

    is_declined = Is("status", Status.DECLINED)

    class Meta:
        db_table = "teaching_applications"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "course"],
                condition=Q(status="pending"),
                name="teaching_application_one_pending",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "declined"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="teaching_application_decided",
            ),
        ]
        indexes = [
            models.Index(fields=["course", "status"], name="application_course_status"),
            models.Index(
                fields=["user", "course", "-created_at", "-id"], name="application_newest_of_course"
            ),
            models.Index(fields=["created_at", "id"], name="application_oldest"),
            models.Index(fields=["user", "created_at", "id"], name="application_user_oldest"),
        ]

    def __str__(self) -> str:
        return f"application of {self.user_id}: {self.status}"

    @property
    def again_at(self) -> datetime | None:
        """When a declined applicant may apply again, or None (rule APPLY-1)."""
        if self.status != self.Status.DECLINED or self.decided_at is None:
            return None
        return self.decided_at + self.WAIT_AFTER_DECLINE
