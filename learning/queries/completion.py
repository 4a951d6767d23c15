"""What an enrollment needs to be completed (rule LEARN-3): one definition, by Django and in SQL."""

from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, QuerySet

from learning.models import Enrollment, HomeworkAssignment, ModuleProgress, Quiz
from peerloop.kit.statements import number_of, statement

# The same for statements written in SQL, over ``enrollments AS e``.
MISSING_HOMEWORK_SQL = """
SELECT FROM homework_assignments a
WHERE a.course_id = e.course_id AND a.is_active AND a.is_required
    AND (a.module_id IS NULL OR EXISTS (
        SELECT FROM module_progress p WHERE p.enrollment_id = e.id AND p.module_id = a.module_id))
    AND NOT EXISTS (
        SELECT FROM homework_submissions h
        WHERE h.enrollment_id = e.id AND h.assignment_id = a.id
            AND h.is_current AND h.status = 'approved')
"""
MISSING_QUIZZES_SQL = """
SELECT FROM quizzes q
WHERE q.course_id = e.course_id AND q.is_active AND q.question_count > 0 AND q.is_required
    AND EXISTS (
        SELECT FROM module_progress p WHERE p.enrollment_id = e.id AND p.module_id = q.module_id)
    AND NOT EXISTS (
        SELECT FROM quiz_attempts t
        WHERE t.enrollment_id = e.id AND t.quiz_id = q.id AND t.is_passed)
"""
READY_SQL = statement(
    """
SELECT e.id FROM enrollments e
WHERE {active}
    AND (SELECT count(*) FROM module_progress p
        WHERE p.enrollment_id = e.id AND p.delivered_at IS NOT NULL) >= e.modules_paid
    AND NOT EXISTS ({missing_homework})
    AND NOT EXISTS ({missing_quizzes})
""",
    active=Enrollment.active_sql("e"),
    missing_homework=MISSING_HOMEWORK_SQL,
    missing_quizzes=MISSING_QUIZZES_SQL,
)


def with_evidence(rows: QuerySet[Enrollment]) -> QuerySet[Any]:
    """Each with ``held``, its number of sessions held, and whether it ``lacks_work``."""
    delivered = ModuleProgress.objects.filter(enrollment=OuterRef("pk"), delivered_at__isnull=False)
    return rows.annotate(
        held=number_of(delivered),
        lacks_work=ExpressionWrapper(
            Exists(HomeworkAssignment.objects.missing_in_enrollment())
            | Exists(Quiz.objects.missing_in_enrollment()),
            BooleanField(),
        ),
    )


def ready_to_complete() -> QuerySet[Enrollment]:
    """Active enrollments whose sessions were all held and whose required work is approved."""
    return with_evidence(Enrollment.objects.active()).filter(
        held__gte=F("modules_paid"), lacks_work=False
    )
