"""Facts that the learning app announces."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class EnrollmentOpened:
    """A student is in a course. ``teacher_id`` is empty while the choice is left for later."""

    enrollment_id: UUID
    student_id: UUID
    course_id: UUID
    creator_id: UUID
    teacher_id: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class EnrollmentCompleted:
    """All paid sessions were held, or an admin declared the course done. Told once a row."""

    enrollment_id: UUID
    student_id: UUID
    course_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class EnrollmentCancelled:
    """The student left the course, or was taken out; content is closed from then on."""

    enrollment_id: UUID
    student_id: UUID
    course_id: UUID
    creator_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class TeacherCertified:
    """A member may teach a course, for the first time or again."""

    student_teacher_id: UUID
    user_id: UUID
    course_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class TeacherAssigned:
    """An enrollment has its teacher now."""

    enrollment_id: UUID
    teacher_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class TeacherLeft:
    """An enrollment has no teacher any more; what they had booked together ahead has no ground."""

    enrollment_id: UUID
    teacher_id: UUID
    by_id: UUID
    reason: str
    at: datetime
