"""Domain events that the learning app announces."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class EnrollmentOpened:
    """A student enrolled. ``teacher_id`` is None until a teacher is chosen."""

    enrollment_id: UUID
    student_id: UUID
    course_id: UUID
    creator_id: UUID
    teacher_id: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class EnrollmentCompleted:
    """All paid sessions were held, or an admin declared the course completed.

    Announced once per enrollment.
    """

    enrollment_id: UUID
    student_id: UUID
    course_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class EnrollmentCancelled:
    """The enrollment was cancelled; the student no longer has access to its content."""

    enrollment_id: UUID
    student_id: UUID
    course_id: UUID
    creator_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class TeacherCertified:
    """A member was given the right to teach a course, for the first time or again."""

    student_teacher_id: UUID
    user_id: UUID
    course_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class TeacherSwitchedOn:
    """A teacher who was switched off may teach the course again."""

    user_id: UUID
    course_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class TeacherAssigned:
    """A teacher was assigned to an enrollment."""

    enrollment_id: UUID
    teacher_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class TeacherUnassigned:
    """The teacher of an enrollment was unassigned; their future sessions must be cancelled."""

    enrollment_id: UUID
    teacher_id: UUID
    by_id: UUID
    reason: str
    at: datetime
