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


@dataclass(frozen=True, slots=True)
class CourseTransferred:
    """A course went to another creator. ``is_published``: whether it is sold now."""

    course_id: UUID
    old_creator_id: UUID
    new_creator_id: UUID
    is_published: bool
    at: datetime
