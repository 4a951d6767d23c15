"""Queries of homework: for its student, for who reviews it, for the creator."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet

from accounts.models import User
from catalog.models import Course
from learning.models import Enrollment, HomeworkAssignment, HomeworkSubmission
from learning.queries.enrollments import content
from learning.queries.work import state_of
from peerloop.kit.statements import number_of
from peerloop.kit.states import State


@dataclass(frozen=True, slots=True)
class HomeworkItem:
    """One piece of homework as its student has it."""

    assignment: HomeworkAssignment
    submission: HomeworkSubmission | None
    due_at: datetime | None
    now: datetime

    @property
    def is_open(self) -> bool:
        """Whether the student has something to do: hand it in, or do it again."""
        return self.submission is None or self.submission.is_asked_again

    @property
    def is_overdue(self) -> bool:
        """Whether its date has passed and nothing was handed in."""
        return self.submission is None and self.due_at is not None and self.now > self.due_at

    @property
    def state(self) -> State:
        """How it is shown."""
        status = self.submission.status if self.submission else None
        return state_of(status, is_overdue=self.is_overdue)


def homework_of(enrollment: Enrollment, *, at: datetime) -> list[HomeworkItem]:
    """The homework of an enrollment in the order of the course. Four statements."""
    held = {state.module.pk: state.delivered_at for state in content(enrollment)}
    rows = HomeworkAssignment.objects.live().filter(
        Q(module=None) | Q(module__in=held), course=enrollment.course_id
    )
    current = {
        row.assignment_id: row
        for row in enrollment.homework.current().select_related("file", "reviewer")
    }
    items = [
        HomeworkItem(
            assignment=row,
            submission=current.get(row.pk),
            due_at=row.due_at(enrollment, held[row.module_id] if row.module_id else None),
            now=at,
        )
        for row in rows.select_related("module")
    ]
    places = {module: place for place, module in enumerate(held)}
    return sorted(items, key=lambda item: _place(item.assignment, places))


def _place(row: HomeworkAssignment, places: Mapping[UUID, int]) -> tuple[int, int]:
    """That of modules in their order, then that of the whole course."""
    return (places[row.module_id] if row.module_id else len(places), row.position)


def versions_of(enrollment: Enrollment, assignment: HomeworkAssignment) -> list[HomeworkSubmission]:
    """What was handed in, the newest version first."""
    rows = enrollment.homework.filter(assignment=assignment).select_related("file", "reviewer")
    return list(rows.order_by("-version"))


def homework_to_review(user: User, *, all_of_mine: bool = False) -> QuerySet[HomeworkSubmission]:
    """Homework that waits for the member, the oldest first (HW-5).

    As the assigned teacher, or as the creator where nobody is assigned; with ``all_of_mine`` all
    that waits in the creator's courses too, also what another teacher is to answer.
    """
    own = Enrollment.objects.filter(course__creator=user)
    if not all_of_mine:
        own = own.filter(teacher=None)
    # A union, so that each half is found by its own index.
    enrollments = Enrollment.objects.filter(teacher=user).values("pk").union(own.values("pk"))
    return (
        HomeworkSubmission.objects.waiting()
        .filter(enrollment__in=enrollments)
        .exclude(student=user)
        .select_related(
            "assignment", "student", "file", "enrollment__course", "enrollment__teacher"
        )
        .defer("enrollment__course__search")
        .order_by("created_at", "pk")
    )


def assignments_of(course: Course) -> QuerySet[HomeworkAssignment]:
    """The homework of a course, with how many students' homework waits and is approved."""
    current = HomeworkSubmission.objects.current().filter(assignment=OuterRef("pk"))
    return (
        HomeworkAssignment.objects.live()
        .filter(course=course)
        .select_related("module")
        .annotate(
            handed_in=number_of(current),
            approved=number_of(current.filter(status=HomeworkSubmission.Status.APPROVED)),
        )
        .order_by("position", "created_at")
    )
