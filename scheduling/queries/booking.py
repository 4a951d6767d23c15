"""What decides on a booking, read at one moment (rule BOOK-1)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, QuerySet, Value

from accounts.members.access import blocked_either_way
from accounts.models import User
from learning.models import Enrollment, StudentTeacher
from peerloop.kit.refusals import Refused
from peerloop.kit.statements import Given, Read, columns, number_of
from scheduling.booking_rules import (
    BookingRequest,
    BookingState,
    EnrollmentState,
    IntroState,
    Places,
    refusal_of,
)
from scheduling.models import Session
from scheduling.queries.schedules import schedules

# No buffer is longer: sessions further away can't be in the way.
NEARBY = timedelta(hours=1)


def _columns_of_enrollment() -> "QuerySet[Enrollment, tuple[Any, ...]]":
    rights = StudentTeacher.objects.filter(course=OuterRef("course"), user=Given("teacher"))
    sessions = Session.objects.using_place().filter(enrollment=OuterRef("pk"))
    return Enrollment.objects.filter(pk=Given("enrollment")).values_list(
        "modules_paid",
        "session_credits",
        "extra_sessions",
        ArraySubquery(sessions.values("kind")),
        "status",
        "booking_blocked_at",
        "teacher_id",
        Exists(rights),
        Exists(rights.eligible()),
        Exists(User.objects.active().filter(pk=OuterRef("student"))),
    )


ENROLLMENT = Read(columns, _columns_of_enrollment)


def check_booking(request: BookingRequest) -> BookingState:
    """The state in which the request can be granted; raises the first refusal of rule BOOK-1."""
    state = booking_state(request)
    refusal = refusal_of(request, state)
    if refusal is not None:
        raise refusal
    return state


def booking_state(request: BookingRequest, *, until: datetime | None = None) -> BookingState:
    """All that decides on a request: three statements, one without teacher or start.

    ``until``: the last start of a series that begins with the request.
    """
    enrollment = None
    if request.enrollment_id is not None:
        enrollment = _enrollment_state(request.enrollment_id, request.teacher_id)
    days = settings.BOOKING_HORIZON_DAYS
    if request.teacher_id is None or request.start is None:
        return BookingState(enrollment, days, intro=_intro_state(request))
    # A start outside the horizon is refused whatever else happens then.
    near = min(max(request.start, request.at), request.last_start(days))
    found = schedules(
        [request.teacher_id],
        students=[request.student_id],
        start=near - NEARBY,
        end=max(near, until or near) + timedelta(minutes=request.minutes) + NEARBY,
        at=request.at,
        without=request.session_id,
    )
    teacher, student = found[request.teacher_id], found[request.student_id]
    return BookingState(
        enrollment,
        days,
        teacher.hours.for_intros if request.is_intro else teacher.hours,
        teacher.busy_as_teacher,
        student.busy_as_student,
        intro=_intro_state(request, near.astimezone(ZoneInfo(teacher.hours.zone))),
    )


def places_of(enrollment_id: UUID) -> Places:
    """How many sessions of each kind the enrollment may have and has: one statement."""
    [row] = ENROLLMENT.all(enrollment=enrollment_id, teacher=None)
    return Places.of(*row[:4])


def bookable_places(enrollment: Enrollment, *, at: datetime) -> tuple[Places, Refused | None]:
    """The places of an enrollment, and why its student can't book any, if so: one statement."""
    state = _enrollment_state(enrollment.pk, None)
    request = BookingRequest(
        by_id=enrollment.student_id,
        student_id=enrollment.student_id,
        enrollment_id=enrollment.pk,
        minutes=enrollment.course.session_minutes,
        kind=state.places.next_kind or Session.Kind.COURSE,
        at=at,
    )
    return state.places, refusal_of(request, BookingState(state, settings.BOOKING_HORIZON_DAYS))


def refusal_at_any_time(session: Session, *, at: datetime) -> Refused | None:
    """Why the session can get no other time with its teacher, whatever the time: the enrollment is
    closed, or the teacher is paused or no longer teaches. Two statements at most."""
    request = BookingRequest(
        by_id=session.student_id,
        student_id=session.student_id,
        enrollment_id=session.enrollment_id,
        teacher_id=session.teacher_id,
        minutes=session.length_minutes,
        kind=session.kind,
        at=at,
        session_id=session.pk,
        course_id=session.course_id,
    )
    return refusal_of(request, booking_state(request))


def _intro_state(request: BookingRequest, start: datetime | None = None) -> IntroState | None:
    """What decides on a free meeting beside its time: one statement, none for other kinds.

    ``start``: on the teacher's clock.
    """
    if not request.is_intro:
        return None
    if request.teacher_id is None:
        return IntroState(False, False, False)
    rights = StudentTeacher.objects.eligible().filter(course=request.course_id)
    pair = Session.objects.intros().filter(student=request.student_id)
    student = User.objects.active().filter(pk=request.student_id)
    found = (
        User.objects.active()
        .filter(pk=request.teacher_id)
        .values_list(
            Exists(rights.filter(user=OuterRef("pk"))),
            ExpressionWrapper(
                Exists(student) & ~blocked_either_way(request.student_id), BooleanField()
            ),
            Exists(_but(request.session_id, pair.filter(teacher=OuterRef("pk")))),
            number_of(_on_the_day(request, start)) if start else Value(0),
        )
        .first()
    )
    return IntroState(*found) if found else IntroState(False, False, False)


def _on_the_day(request: BookingRequest, start: datetime) -> "QuerySet[Session]":
    """The teacher's other free meetings on the date of the start."""
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    after = midnight + timedelta(days=1)
    day = Session.objects.intros().filter(scheduled_start__gte=midnight, scheduled_start__lt=after)
    return _but(request.session_id, day.filter(teacher=OuterRef("pk")))


def _but(session_id: UUID | None, rows: "QuerySet[Session]") -> "QuerySet[Session]":
    return rows if session_id is None else rows.exclude(pk=session_id)


def _enrollment_state(enrollment_id: UUID, teacher_id: UUID | None) -> EnrollmentState:
    rows = ENROLLMENT.all(enrollment=enrollment_id, teacher=teacher_id)
    [(*places, status, blocked_at, teacher_id, is_certified, may_teach, student_is_active)] = rows
    return EnrollmentState(
        is_active=status in Enrollment.ACTIVE,
        is_blocked=blocked_at is not None,
        teacher_id=teacher_id,
        is_certified=is_certified,
        may_teach=may_teach,
        student_is_active=student_is_active,
        places=Places.of(*places),
    )
