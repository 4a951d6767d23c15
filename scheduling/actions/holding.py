"""Holding a free time for a visitor who is about to pay (rule HOLD-1)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.models import User
from catalog.models import Course
from learning.actions.teachers import TeacherNotAvailable
from learning.queries import eligible_teachers
from peerloop.kit.retries import run_with_retry
from scheduling.actions.booking import refusing_taken_seats
from scheduling.actions.giving_way import give_way
from scheduling.actions.locks import lock_members, lock_visitor
from scheduling.booking_rules import BookingRequest
from scheduling.models import SlotHold, SlotHoldQuerySet
from scheduling.queries.booking import check_booking


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who chooses a time: a member, and the number of the browser that they came with.

    The number is known to the browser's session alone, so nobody can name another's.
    """

    key: UUID
    member: User | None = None

    @property
    def holder_id(self) -> UUID:
        """The member's id, or the browser's number while nobody is signed in."""
        return self.member.pk if self.member else self.key

    def held(self, at: datetime) -> SlotHold | None:
        """What is held for them now; of two (before and after signing in) the newer."""
        rows = SlotHold.objects.live(at).of(member_id=self._member_id, visitor=self.key)
        return rows.select_related("course", "teacher").order_by("-created_at").first()

    @property
    def _member_id(self) -> UUID | None:
        return self.member.pk if self.member else None


def hold_time(
    *,
    visitor: Visitor,
    course: Course,
    teacher: User,
    start: datetime,
    at: datetime,
    count: Callable[[], None] = lambda: None,
) -> SlotHold:
    """Hold a free time of the teacher for the visitor; what they held before is free again.

    The rules are those of booking. Asking again for the same time gives the same hold, until its
    minutes are over (setting SLOT_HOLD_MINUTES); ``count`` is called before a new one and may
    refuse. Raises TeacherNotAvailable, OutsideWindow, OutsideHours or SlotTaken, and nothing is
    changed then.
    """
    start = start.astimezone(UTC)
    mine = adopt_hold(visitor=visitor, at=at)
    if mine and mine.is_for(course_id=course.pk, teacher_id=teacher.pk, start=start):
        return mine
    if visitor.holder_id == teacher.pk or not _may_teach(course, teacher):
        raise TeacherNotAvailable
    request = BookingRequest(
        by_id=visitor.holder_id,
        student_id=visitor.holder_id,
        enrollment_id=None,
        teacher_id=teacher.pk,
        start=start,
        minutes=course.session_minutes,
        at=at,
    )
    check_booking(request)
    count()
    ends = start + timedelta(minutes=course.session_minutes)
    hold = SlotHold(
        visitor=None if visitor.member else visitor.key,
        holder=visitor.member,
        course=course,
        teacher=teacher,
        starts_at=start,
        ends_at=ends,
        expires_at=at + timedelta(minutes=settings.SLOT_HOLD_MINUTES),
        created_at=at,
        updated_at=at,
    )
    return run_with_retry(lambda: _hold(request, hold, visitor))


def _hold(request: BookingRequest, hold: SlotHold, visitor: Visitor) -> SlotHold:
    """Lock the members by id, look again, write."""
    with refusing_taken_seats(request), transaction.atomic():
        lock_visitor(visitor.key)
        lock_members(hold.teacher_id, visitor.holder_id)
        give_way(teacher_id=hold.teacher_id, student_id=visitor.holder_id, at=request.at)
        state = check_booking(request)
        _own(visitor).delete()
        hold.busy_until = hold.ends_at + state.buffer
        hold.save(force_insert=True)
    return hold


@transaction.atomic
def adopt_hold(*, visitor: Visitor, at: datetime) -> SlotHold | None:
    """What is held for the visitor now; chosen before signing in, it becomes the member's.

    The newer of two stays, so a choice made just before signing in wins. Safe to repeat.
    """
    mine = visitor.held(at)
    if mine is None or visitor.member is None or mine.holder_id:
        return mine
    lock_visitor(visitor.key)
    lock_members(visitor.member.pk)
    mine = visitor.held(at)
    if mine is None or mine.holder_id:
        return mine
    SlotHold.objects.filter(holder=visitor.member).delete()
    mine.holder, mine.visitor = visitor.member, None
    mine.save(update_fields=["holder", "visitor"])
    return mine


@transaction.atomic
def let_go(*, visitor: Visitor) -> None:
    """End what is held for the visitor: others can book it at once. Safe to repeat."""
    _own(visitor).delete()


def end_holds(*, at: datetime) -> int:
    """Delete the holds whose minutes are over; returns how many. Safe to repeat."""
    return SlotHold.objects.filter(expires_at__lte=at).delete()[0]


def _own(visitor: Visitor) -> SlotHoldQuerySet:
    member_id = visitor.member.pk if visitor.member else None
    return SlotHold.objects.of(member_id=member_id, visitor=visitor.key)


def _may_teach(course: Course, teacher: User) -> bool:
    return eligible_teachers(course).filter(user=teacher).exists()
