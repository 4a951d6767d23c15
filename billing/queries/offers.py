"""What a member decides on before paying: price, split, teachers with their next free time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import User
from billing.money import Shares, shares
from catalog.models import Course
from learning.queries import eligible_teachers
from scheduling.queries import TeacherTimes, teachers_by_next_free
from scheduling.queries.matching import Matched, matched

SHOWN = 6


@dataclass(frozen=True, slots=True)
class PriceOffer:
    """What is bought, from whom, for how much, and who gets what of it."""

    course: Course
    sessions: int
    split: Shares
    teachers: list[TeacherTimes]
    matched: Matched

    @property
    def first(self) -> list[TeacherTimes]:
        """The teachers with the soonest times, where none are offered with reasons."""
        return [] if self.matched.offered else self.teachers[:SHOWN]

    @property
    def more(self) -> list[TeacherTimes]:
        """The other teachers."""
        return self.matched.others[len(self.first) :]

    @property
    def best(self) -> TeacherTimes | None:
        """Who stands first: the best match, else whoever is free soonest; None if nobody is."""
        if self.matched.offered:
            return self.matched.offered[0].teacher
        return next((teacher for teacher in self.teachers if teacher.next_at), None)

    @property
    def free(self) -> int:
        """How many teachers have a free time inside the booking horizon."""
        return sum(teacher.next_at is not None for teacher in self.teachers)

    @property
    def is_taught_by_creator(self) -> bool:
        """Whether the creator can be chosen, who then gets the teaching share too."""
        return any(self._is_creator(teacher) for teacher in self.teachers)

    @property
    def is_taught_by_others(self) -> bool:
        """Whether the teaching share may go to someone else than the creator."""
        return not self.teachers or not all(map(self._is_creator, self.teachers))

    def _is_creator(self, teacher: TeacherTimes) -> bool:
        return teacher.user.pk == self.course.creator_id


def price_offer_of(
    course: Course,
    *,
    at: datetime,
    students: Collection[UUID],
    viewer: User | None,
    visitor: str,
) -> PriceOffer:
    """The offer of a course: soonest teacher first; the queries do not grow with the teachers.

    What is held for one of ``students`` counts as free. ``viewer`` and ``visitor`` are those of
    ``matched``.
    """
    minutes, rows = course.session_minutes, eligible_teachers(course)
    teachers = teachers_by_next_free(rows, minutes=minutes, at=at, students=students)
    chosen = matched(
        teachers,
        course_id=course.pk,
        creator_id=course.creator_id,
        minutes=minutes,
        viewer=viewer,
        visitor=visitor,
        at=at,
    )
    return PriceOffer(
        course=course,
        sessions=course.modules.filter(archived_at=None).count(),
        split=shares(course.price_cents),
        teachers=teachers,
        matched=chosen,
    )
