"""Domain events that the catalog announces."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CoursePublished:
    """A course was published for the first time."""

    course_id: UUID
    creator_id: UUID
    at: datetime
