"""Quizzes of modules: questions by revision, and what students answered (stories row 33)."""

from typing import ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from learning.models.enrollment import Enrollment, ModuleProgress
from learning.models.homework import LONGEST_FEEDBACK, LONGEST_TITLE, module_of_its_course
from peerloop.kit.predicates import Is
from peerloop.kit.rows import HasStatus, Row, listed
from peerloop.kit.states import State, StatusChoices
from peerloop.kit.triggers import append_only, fixed, transitions

LONGEST_INTRO = 5_000
MOST_ATTEMPTS = 20
MOST_QUESTIONS = 50


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    SINGLE = "single", "One right answer"
    MULTIPLE = "multiple", "Several right answers"
    SHORT = "short", "A short text, which the teacher marks"


class QuizQuerySet(models.QuerySet["Quiz"]):
    """Filters of quizzes."""

    def open(self) -> "QuizQuerySet":
        """Those that students can take: not deleted, with questions."""
        return self.filter(is_active=True, question_count__gt=0)

    def missing_in_enrollment(self) -> "QuizQuerySet":
        """Required quizzes that the enrollment of the outer row has not passed (LEARN-3).

        They count in enrollments in which their module was taught.
        """
        taught = ModuleProgress.objects.filter(
            enrollment=OuterRef(OuterRef("pk")), module=OuterRef("module")
        )
        passed = QuizAttempt.objects.filter(
            enrollment=OuterRef(OuterRef("pk")), quiz=OuterRef("pk"), is_passed=True
        )
        return self.open().filter(
            Exists(taught), ~Exists(passed), course=OuterRef("course"), is_required=True
        )


class Quiz(Row):
    """The quiz of a module. Its questions are those of the ``revision`` with that number."""

    course = models.ForeignKey("catalog.Course", on_delete=models.PROTECT, related_name="+")
    module = models.OneToOneField(
        "catalog.CourseModule", on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(max_length=LONGEST_TITLE)
    intro = models.TextField(max_length=LONGEST_INTRO, blank=True)
    pass_percent = models.PositiveSmallIntegerField(default=70)
    max_attempts = models.PositiveSmallIntegerField(null=True, blank=True)
    is_required = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    revision = models.PositiveIntegerField(default=0)
    question_count = models.PositiveSmallIntegerField(default=0)

    objects = QuizQuerySet.as_manager()

    class Meta:
        db_table = "quizzes"
        verbose_name_plural = "quizzes"
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="quiz_titled"),
            models.CheckConstraint(
                condition=Q(pass_percent__gte=1, pass_percent__lte=100), name="quiz_pass_percent"
            ),
            models.CheckConstraint(
                condition=Q(max_attempts__isnull=True)
                | Q(max_attempts__gte=1, max_attempts__lte=MOST_ATTEMPTS),
                name="quiz_max_attempts",
            ),
            models.CheckConstraint(
                condition=Q(question_count__lte=MOST_QUESTIONS), name="quiz_question_count"
            ),
            module_of_its_course("quiz_module_of_course"),
        ]

    def __str__(self) -> str:
        return self.title


class QuizRevision(Row):
    """The questions of a quiz as they stood; a change makes a new one, so answers keep theirs.

    ``questions``: ``[{"id", "kind", "text", "explanation", "options": [{"id", "text", "is_right",
    "explanation"}]}]``.
    """

    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    questions = models.JSONField(default=list)

    class Meta:
        db_table = "quiz_revisions"
        constraints = [
            models.UniqueConstraint(fields=["quiz", "number"], name="quiz_revision_once"),
            append_only("quiz_revision_append_only"),
        ]

    def __str__(self) -> str:
        return f"{self.quiz_id}, revision {self.number}"


class AttemptStatus(StatusChoices):
    """How far an attempt is."""

    WAITING = "waiting", State("info", "clock", "Being marked")
    MARKED = "marked", State("neutral", "check", "Marked")


STEPS: dict[str, set[str]] = {
    AttemptStatus.WAITING: {AttemptStatus.MARKED},
    AttemptStatus.MARKED: set(),
}
PASSED = State("ok", "circle-check", "Passed")
NOT_PASSED = State("warn", "rotate-ccw", "Not passed")


class AttemptQuerySet(models.QuerySet["QuizAttempt"]):
    """Filters of attempts."""

    def waiting(self) -> "AttemptQuerySet":
        """Those with short answers that a reviewer is to mark."""
        return self.filter(
            ~Q(enrollment__status=Enrollment.Status.CANCELLED), status=AttemptStatus.WAITING
        )


class QuizAttempt(HasStatus, Row):
    """What a student answered, of one revision, and how it was marked.

    ``answers``: by question, the ids of options, or a text. ``marks``: by question, whether it is
    right; without those that a reviewer is to mark.
    """

    Status = AttemptStatus
    TRANSITIONS: ClassVar = STEPS

    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="attempts")
    revision = models.ForeignKey(QuizRevision, on_delete=models.PROTECT, related_name="+")
    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="+")
    student = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=7, choices=AttemptStatus.choices)
    answers = models.JSONField(default=dict)
    marks = models.JSONField(default=dict)
    right = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField()
    is_passed = models.BooleanField(default=False)
    feedback = models.TextField(max_length=LONGEST_FEEDBACK, blank=True)
    reviewer = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    marked_at = models.DateTimeField(null=True, blank=True)

    is_waiting = Is("status", AttemptStatus.WAITING)
    is_marked = Is("status", AttemptStatus.MARKED)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        db_table = "quiz_attempts"
        ordering = ["-number"]
        constraints = [
            listed("status", AttemptStatus, name="quiz_attempt_status"),
            models.UniqueConstraint(
                fields=["quiz", "enrollment", "number"], name="quiz_attempt_once"
            ),
            models.UniqueConstraint(
                fields=["quiz", "enrollment"],
                condition=Q(status="waiting"),
                name="quiz_attempt_one_waiting",
            ),
            models.CheckConstraint(
                condition=Q(status="waiting", marked_at=None, is_passed=False)
                | Q(status="marked", marked_at__isnull=False),
                name="quiz_attempt_marked_at",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, total__gte=1, right__lte=F("total")),
                name="quiz_attempt_numbers",
            ),
            transitions("quiz_attempt_transitions", STEPS, what="an attempt"),
            fixed(
                "quiz_attempt_stays_as_answered",
                *("quiz_id", "revision_id", "enrollment_id", "student_id", "number", "answers"),
                message="answers are only added",
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(status="waiting"), name="quiz_attempt_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.quiz_id}"

    @property
    def outcome(self) -> State:
        """How it is shown."""
        if self.is_waiting:
            return AttemptStatus.WAITING.state
        return PASSED if self.is_passed else NOT_PASSED

    @property
    def number_word(self) -> str:
        """Its number as text, for the heads of folded parts."""
        return str(self.number)
