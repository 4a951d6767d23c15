"""Reads of the learning app."""

from learning.queries.certificates import (
    certificate_by_code,
    certificates_in_courses_of,
    certificates_of,
    students_taught,
    waiting_certificates,
)
from learning.queries.directory import (
    TeacherCard,
    TeacherCards,
    certified_in,
    teacher_cards,
    teaching_of,
)
from learning.queries.enrollments import (
    Module,
    ModuleState,
    content,
    delivered_count,
    enrollment_in,
    enrollment_to_apply_with,
    enrollments_of,
    modules_by_enrollment,
    modules_of,
    paid_for,
    students_of,
)
from learning.queries.roles import is_teacher_or_creator
from learning.queries.standing import TeachingStanding, loop_steps, teaching_standing
from learning.queries.teachers import (
    application_of,
    applications_by,
    applications_for,
    courses_applied_for,
    eligible_teachers,
    teaching_row,
    teaching_rows,
    waiting_applications,
)

__all__ = [
    "Module",
    "ModuleState",
    "TeacherCard",
    "TeacherCards",
    "TeachingStanding",
    "application_of",
    "applications_by",
    "applications_for",
    "certificate_by_code",
    "certificates_in_courses_of",
    "certificates_of",
    "certified_in",
    "content",
    "courses_applied_for",
    "delivered_count",
    "eligible_teachers",
    "enrollment_in",
    "enrollment_to_apply_with",
    "enrollments_of",
    "is_teacher_or_creator",
    "loop_steps",
    "modules_by_enrollment",
    "modules_of",
    "paid_for",
    "students_of",
    "students_taught",
    "teacher_cards",
    "teaching_of",
    "teaching_row",
    "teaching_rows",
    "teaching_standing",
    "waiting_applications",
    "waiting_certificates",
]
