"""What a member decides on before paying: price, split, teachers with their next free time."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from billing.money import Shares, shares
from catalog.models import Course
from learning.queries import eligible_teachers
from scheduling.queries import next_free

SHOWN = 6


@dataclass(frozen=True, slots=True)
class TeacherOffer:
    """A teacher who may be chosen, with the next time that can be booked."""

    user: User
    next_at: datetime | None
    students_taught: int
    is_creator: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """What is bought, from whom, for how much, and who gets what of it."""

    course: Course
    sessions: int
    split: Shares
    teachers: list[TeacherOffer]

    @property
    def first(self) -> list[TeacherOffer]:
        """The teachers with the soonest times."""
        return self.teachers[:SHOWN]

    @property
    def more(self) -> list[TeacherOffer]:
        """The other teachers."""
        return self.teachers[SHOWN:]

    @property
    def free(self) -> int:
        """How many teachers have a free time inside the booking horizon."""
        return sum(teacher.next_at is not None for teacher in self.teachers)

    @property
    def is_taught_by_creator_alone(self) -> bool:
        """Whether the creator gets the teaching share for certain."""
        return bool(self.teachers) and all(teacher.is_creator for teacher in self.teachers)


def offer_of(course: Course, *, at: datetime) -> Offer:
    """The offer of a course: soonest teacher first; the queries do not grow with the teachers."""
    rows = list(eligible_teachers(course))
    free = next_free([row.user for row in rows], minutes=course.session_minutes, at=at)
    teachers = [
        TeacherOffer(
            user=row.user,
            next_at=free.get(row.user_id),
            students_taught=row.students_taught,
            is_creator=row.user_id == course.creator_id,
        )
        for row in rows
    ]
    teachers.sort(key=lambda teacher: (teacher.next_at is None, teacher.next_at or at))
    return Offer(
        course=course,
        sessions=course.modules.filter(archived_at=None).count(),
        split=shares(course.price_cents),
        teachers=teachers,
    )
