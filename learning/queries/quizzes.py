"""Queries of quizzes, for students without what is right, and for reviewers."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from learning.models import Enrollment, Quiz, QuizAttempt, QuizRevision
from learning.models.quiz import QuestionKind


@dataclass(frozen=True, slots=True)
class ShownOption:
    """An option; what is right is known only of an attempt that was handed in."""

    id: str
    text: str
    is_chosen: bool = False
    is_right: bool = False
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A question as the page shows it. ``is_right`` is None before it is marked."""

    number: int
    id: str
    kind: str
    text: str
    options: list[ShownOption]
    answer: str = ""
    is_right: bool | None = None
    explanation: str = ""

    @property
    def is_short(self) -> bool:
        """Whether it is answered by a text."""
        return self.kind == QuestionKind.SHORT

    @property
    def is_single(self) -> bool:
        """Whether one option is to be chosen."""
        return self.kind == QuestionKind.SINGLE

    @property
    def is_open(self) -> bool:
        """Whether a reviewer has to mark it."""
        return self.is_right is None

    @property
    def name(self) -> str:
        """The name of its fields in a form."""
        return f"q-{self.id}"


@dataclass(frozen=True, slots=True)
class TakenQuiz:
    """A quiz as one student has it."""

    quiz: Quiz
    attempts: list[QuizAttempt]

    @property
    def left(self) -> int | None:
        """Attempts that are left; None without a limit."""
        most = self.quiz.max_attempts
        return None if most is None else max(0, most - len(self.attempts))

    @property
    def is_passed(self) -> bool:
        """Whether an attempt passed."""
        return any(one.is_passed for one in self.attempts)

    @property
    def is_open(self) -> bool:
        """Whether another attempt can be handed in now."""
        waits = any(one.is_waiting for one in self.attempts)
        return not (self.is_passed or waits or self.left == 0)


def current_questions(quiz: Quiz) -> list[dict[str, Any]]:
    """The questions of the present revision, with what is right: not for students."""
    rows = QuizRevision.objects.filter(quiz=quiz, number=quiz.revision)
    found: list[dict[str, Any]] | None = rows.values_list("questions", flat=True).first()
    return found or []


def questions_to_answer(quiz: Quiz) -> list[ShownQuestion]:
    """The questions without what is right and without explanations."""
    return [
        ShownQuestion(
            number=number,
            id=one["id"],
            kind=one["kind"],
            text=one["text"],
            options=[ShownOption(option["id"], option["text"]) for option in one["options"]],
        )
        for number, one in enumerate(current_questions(quiz), start=1)
    ]


def answered_questions(attempt: QuizAttempt) -> list[ShownQuestion]:
    """The questions of an attempt as they were, with what was chosen, what is right and why."""
    found = []
    for number, one in enumerate(attempt.revision.questions, start=1):
        answer = attempt.answers.get(one["id"])
        chosen = answer if isinstance(answer, list) else []
        options = [
            ShownOption(
                option["id"],
                option["text"],
                option["id"] in chosen,
                option["is_right"],
                option["explanation"],
            )
            for option in one["options"]
        ]
        found.append(
            ShownQuestion(
                number=number,
                id=one["id"],
                kind=one["kind"],
                text=one["text"],
                options=options,
                answer=answer if isinstance(answer, str) else "",
                is_right=attempt.marks.get(one["id"]),
                explanation=one["explanation"],
            )
        )
    return found


def taken_quiz(quiz: Quiz, enrollment: Enrollment) -> TakenQuiz:
    """The quiz with the student's attempts, the newest first. One statement."""
    rows = QuizAttempt.objects.filter(quiz=quiz, enrollment=enrollment)
    return TakenQuiz(quiz, list(rows.select_related("revision", "reviewer").order_by("-number")))


def attempts_to_mark(user: User, *, all_of_mine: bool = False) -> QuerySet[QuizAttempt]:
    """Attempts with short answers that wait for the member, the oldest first; as homework."""
    own = Enrollment.objects.filter(course__creator=user)
    if not all_of_mine:
        own = own.filter(teacher=None)
    enrollments = Enrollment.objects.filter(teacher=user).values("pk").union(own.values("pk"))
    return (
        QuizAttempt.objects.waiting()
        .filter(enrollment__in=enrollments)
        .exclude(student=user)
        .select_related("quiz", "student", "enrollment__course")
        .defer("enrollment__course__search")
        .order_by("created_at", "pk")
    )
