"""Homework: what a creator sets, and what students hand in, version by version (HW-1 to HW-4)."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import File
from learning.models.enrollment import Enrollment, ModuleProgress
from peerloop.kit.predicates import Is
from peerloop.kit.rows import HasStatus, Row, listed
from peerloop.kit.states import State, StatusChoices
from peerloop.kit.triggers import Trigger, fixed, never_deleted, transitions

LONGEST_TITLE = 200
LONGEST_TEXT = 20_000
LONGEST_ADDRESS = 500
LONGEST_FEEDBACK = 5_000
MOST_DAYS = 365
MOST_POINTS = 1_000


def module_of_its_course(name: str) -> Trigger:
    """Refuse a row whose module belongs to another course than the row itself."""
    return Trigger(
        name=name,
        on="BEFORE INSERT OR UPDATE OF course_id, module_id",
        condition="NEW.module_id IS NOT NULL",
        body="""
            IF NOT EXISTS (SELECT FROM course_curriculum
                WHERE id = NEW.module_id AND course_id = NEW.course_id) THEN
                RAISE EXCEPTION 'the module belongs to another course'
                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
            END IF;
            RETURN NEW;
        """,
    )


class AssignmentQuerySet(models.QuerySet["HomeworkAssignment"]):
    """Filters of assignments."""

    def live(self) -> "AssignmentQuerySet":
        """Those that were not deleted, which hides them (HW-1)."""
        return self.filter(is_active=True)

    def missing_in_enrollment(self) -> "AssignmentQuerySet":
        """Required homework that the enrollment of the outer row still lacks (LEARN-3).

        Homework of a module counts in enrollments in which that module was taught.
        """
        taught = ModuleProgress.objects.filter(
            enrollment=OuterRef(OuterRef("pk")), module=OuterRef("module")
        )
        approved = HomeworkSubmission.objects.current().filter(
            enrollment=OuterRef(OuterRef("pk")),
            assignment=OuterRef("pk"),
            status=SubmissionStatus.APPROVED,
        )
        return self.live().filter(
            Q(module=None) | Exists(taught),
            ~Exists(approved),
            course=OuterRef("course"),
            is_required=True,
        )


class HomeworkAssignment(Row):
    """Homework of a course or of one of its modules; deleting hides it (rule HW-1)."""

    course = models.ForeignKey("catalog.Course", on_delete=models.PROTECT, related_name="+")
    module = models.ForeignKey(
        "catalog.CourseModule", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=LONGEST_TITLE)
    instructions = models.TextField(max_length=LONGEST_TEXT)
    is_required = models.BooleanField(default=False)
    due_days = models.PositiveSmallIntegerField(null=True, blank=True)
    max_points = models.PositiveSmallIntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField()

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        db_table = "homework_assignments"
        ordering = ["position", "created_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(instructions=""), name="homework_says_something"
            ),
            models.CheckConstraint(
                condition=Q(due_days__isnull=True) | Q(due_days__gte=1, due_days__lte=MOST_DAYS),
                name="homework_due_days",
            ),
            models.CheckConstraint(
                condition=Q(max_points__isnull=True)
                | Q(max_points__gte=1, max_points__lte=MOST_POINTS),
                name="homework_max_points",
            ),
            module_of_its_course("homework_module_of_course"),
            never_deleted("homework_never_deleted"),
        ]
        indexes = [
            models.Index(
                fields=["course", "position"],
                condition=Q(is_active=True),
                name="homework_of_course",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def due_at(self, enrollment: Enrollment, held_at: datetime | None) -> datetime | None:
        """When it is due in an enrollment (rule HW-2); None without a date, or not known yet.

        ``held_at``: when the session of the assignment's module ended, if it has been held.
        """
        if self.due_days is None:
            return None
        if self.module_id is None:
            return enrollment.created_at + timedelta(days=self.due_days)
        return held_at + timedelta(days=self.due_days) if held_at else None


class SubmissionStatus(StatusChoices):
    """What became of a submission (rule HW-4)."""

    SUBMITTED = "submitted", State("info", "clock", "Handed in")
    APPROVED = "approved", State("ok", "circle-check", "Approved")
    RESUBMIT_REQUESTED = "resubmit_requested", State("warn", "rotate-ccw", "Do it again")


STEPS: dict[str, set[str]] = {
    SubmissionStatus.SUBMITTED: {SubmissionStatus.APPROVED, SubmissionStatus.RESUBMIT_REQUESTED},
    SubmissionStatus.APPROVED: set(),
    SubmissionStatus.RESUBMIT_REQUESTED: set(),
}


class SubmissionQuerySet(models.QuerySet["HomeworkSubmission"]):
    """Filters of submissions."""

    def current(self) -> "SubmissionQuerySet":
        """The newest version of each student's homework."""
        return self.filter(is_current=True)

    def waiting(self) -> "SubmissionQuerySet":
        """Those that a reviewer is to answer: not of enrollments that were cancelled."""
        return self.current().filter(
            ~Q(enrollment__status=Enrollment.Status.CANCELLED),
            status=SubmissionStatus.SUBMITTED,
            assignment__is_active=True,
        )


class HomeworkSubmission(HasStatus, Row):
    """One version of a student's homework: a text, a link, a file, or several of them (HW-3).

    An edit is a new version, so that a review is always of what the reviewer read (HW-4).
    """

    Status = SubmissionStatus
    TRANSITIONS: ClassVar = STEPS

    assignment = models.ForeignKey(
        HomeworkAssignment, on_delete=models.PROTECT, related_name="submissions"
    )
    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="homework")
    student = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    content = models.TextField(max_length=LONGEST_TEXT, blank=True)
    link = models.CharField(max_length=LONGEST_ADDRESS, blank=True)
    file = models.ForeignKey(
        "accounts.File", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    status = models.CharField(
        max_length=18, choices=SubmissionStatus.choices, default=SubmissionStatus.SUBMITTED
    )
    is_late = models.BooleanField(default=False)
    is_current = models.BooleanField(default=True)
    points = models.PositiveSmallIntegerField(null=True, blank=True)
    feedback = models.TextField(max_length=LONGEST_FEEDBACK, blank=True)
    reviewer = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)

    is_submitted = Is("status", SubmissionStatus.SUBMITTED)
    is_approved = Is("status", SubmissionStatus.APPROVED)
    is_asked_again = Is("status", SubmissionStatus.RESUBMIT_REQUESTED)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        db_table = "homework_submissions"
        constraints = [
            listed("status", SubmissionStatus, name="submission_status"),
            models.UniqueConstraint(
                fields=["assignment", "enrollment", "version"], name="submission_version_once"
            ),
            models.UniqueConstraint(
                fields=["assignment", "enrollment"],
                condition=Q(is_current=True),
                name="submission_one_current",
            ),
            models.CheckConstraint(
                condition=~Q(content="") | ~Q(link="") | Q(file__isnull=False),
                name="submission_of_something",
            ),
            models.CheckConstraint(
                condition=Q(status="submitted", reviewed_at=None, reviewer=None, points=None)
                | (~Q(status="submitted") & Q(reviewed_at__isnull=False, reviewer__isnull=False)),
                name="submission_reviewed_with_status",
            ),
            models.CheckConstraint(
                condition=~Q(status="resubmit_requested") | ~Q(feedback=""),
                name="submission_asked_again_with_feedback",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="submission_version"),
            Trigger(
                name="submission_points_within",
                on="BEFORE INSERT OR UPDATE OF points",
                condition="NEW.points IS NOT NULL",
                body="""
                    IF NOT EXISTS (SELECT FROM homework_assignments
                        WHERE id = NEW.assignment_id AND max_points >= NEW.points) THEN
                        RAISE EXCEPTION 'points are between 0 and the most of the homework'
                            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
                    END IF;
                    RETURN NEW;
                """,
            ),
            Trigger(
                name="submission_of_its_student",
                on="BEFORE INSERT",
                body="""
                    IF NOT EXISTS (SELECT FROM enrollments e
                        JOIN homework_assignments a ON a.course_id = e.course_id
                        WHERE e.id = NEW.enrollment_id AND e.student_id = NEW.student_id
                            AND a.id = NEW.assignment_id) THEN
                        RAISE EXCEPTION 'homework is handed in by the student of the course'
                            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
                    END IF;
                    RETURN NEW;
                """,
            ),
            transitions("submission_transitions", STEPS, what="homework"),
            fixed(
                "submission_stays_as_sent",
                *("assignment_id", "enrollment_id", "student_id", "version", "file_id", "is_late"),
                message="what was handed in stays",
            ),
            never_deleted("submission_never_deleted"),
        ]
        indexes = [
            models.Index(fields=["assignment", "status"], name="submission_assignment"),
            models.Index(
                fields=["created_at"],
                condition=Q(is_current=True, status="submitted"),
                name="submission_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.version} of {self.assignment_id}"

    @property
    def has_live_file(self) -> bool:
        """Whether its file can be opened; ``file`` has to be read with it."""
        return self.file is not None and self.file.is_live

    def says(self, content: str, link: str, file: File | None) -> bool:
        """Whether it is exactly this."""
        return (self.content, self.link, self.file_id) == (content, link, file.pk if file else None)

    @property
    def number_word(self) -> str:
        """The version as text, for the heads of folded parts."""
        return str(self.version)

    @property
    def points_help(self) -> str:
        """How many points may be given; ``assignment`` has to be read with it."""
        return f"0 to {self.assignment.max_points}."
