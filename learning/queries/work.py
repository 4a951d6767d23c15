"""What a student has to do in a course beside its sessions, for the course room: one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from learning.models import Enrollment
from learning.models.homework import SubmissionStatus
from learning.models.quiz import NOT_PASSED, PASSED, AttemptStatus
from learning.queries.enrollments import ModuleState
from peerloop.kit.predicates import Is
from peerloop.kit.statements import prepared_rows, statement
from peerloop.kit.states import State

TO_DO = State("neutral", "pencil", "To do")
OVERDUE = State("warn", "triangle-alert", "Overdue")
WORK = statement(
    """
SELECT 'homework', a.id, a.title, a.module_id, a.is_required, a.due_days, h.status, a.position
FROM homework_assignments a
LEFT JOIN homework_submissions h
    ON h.assignment_id = a.id AND h.enrollment_id = %(enrollment)s AND h.is_current
WHERE a.course_id = %(course)s AND a.is_active
UNION ALL
SELECT 'quiz', q.id, q.title, q.module_id, q.is_required, NULL,
    (SELECT CASE WHEN t.is_passed THEN 'passed' ELSE t.status END FROM quiz_attempts t
     WHERE t.quiz_id = q.id AND t.enrollment_id = %(enrollment)s
     ORDER BY t.is_passed DESC, t.number DESC LIMIT 1), 0
FROM quizzes q WHERE q.course_id = %(course)s AND q.is_active AND q.question_count > 0
ORDER BY 8, 2
"""
)


QUIZ_STATES = {
    "passed": PASSED,
    AttemptStatus.MARKED: NOT_PASSED,
    AttemptStatus.WAITING: AttemptStatus.WAITING.state,
}
DONE = frozenset({SubmissionStatus.APPROVED.value, "passed"})


def state_of(status: str | None, *, is_overdue: bool) -> State:
    """How homework is shown: what became of it, or that it is to be done."""
    if status:
        return SubmissionStatus(status).state
    return OVERDUE if is_overdue else TO_DO


@dataclass(frozen=True, slots=True)
class WorkItem:
    """Homework or a quiz, as far as the course room shows it."""

    kind: str
    pk: UUID
    title: str
    module_id: UUID | None
    is_required: bool
    status: str
    state: State

    is_quiz = Is("kind", "quiz")

    @property
    def is_missing(self) -> bool:
        """Whether the course can't be completed without it as it is."""
        return self.is_required and self.status not in DONE


def work_in(
    enrollment: Enrollment, modules: Sequence[ModuleState], *, at: datetime
) -> list[WorkItem]:
    """The work of the course and of these modules, in the creator's order. One statement."""
    held = {state.module.pk: state.delivered_at for state in modules}
    rows = prepared_rows(WORK, {"enrollment": enrollment.pk, "course": enrollment.course_id})
    found = []
    for kind, key, title, module_id, is_required, days, status, _ in rows:
        if module_id is not None and module_id not in held:
            continue
        start = held[module_id] if module_id else enrollment.created_at
        is_overdue = bool(days and start and at > start + timedelta(days=days))
        state = QUIZ_STATES.get(status or "") if kind == "quiz" else None
        state = state or state_of(status, is_overdue=is_overdue)
        found.append(WorkItem(kind, key, title, module_id, is_required, status or "", state))
    return found
