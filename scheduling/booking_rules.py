"""Whether a session may be booked: one pure function for every way of booking it (rule BOOK-1).

``scheduling.queries.booking`` reads the state; booking and rescheduling judge it before and under
their locks, the booking pages before they offer a time.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from learning.actions.teachers import OtherTeacher, TeacherNotAvailable
from peerloop.kit.refusals import Conflict, Forbidden, Invalid, LimitReached, Refused
from scheduling.models import Session
from scheduling.slots import BusyTime, Hours, fits, overlaps

START = "scheduled_start"
INTROS_A_DAY = 4
ALL_USED: Mapping[str, str] = {
    Session.Kind.COURSE: "All sessions of this course are booked or held.",
    Session.Kind.MAKEUP: "There is no make-up session to book.",
    Session.Kind.EXTRA: "There is no extra session to book.",
}


class EnrollmentClosed(Forbidden):
    """Sessions are booked only while the course is being learned."""

    code = "enrollment_closed"
    message = "This enrollment is closed, so no session can be booked in it."


class BookingBlocked(Forbidden):
    """Too many late cancellations (rule LATE-4)."""

    code = "booking_blocked"
    message = (
        "Booking is paused in this course after three late cancellations or missed sessions. "
        "Ask your teacher or the creator of the course to open it again."
    )


class NotCertified(Refused):
    """This person has no right to teach the course at all."""

    status = 422
    code = "teacher_not_certified"
    message = "This person does not teach this course. Choose one of its teachers."


class OutsideWindow(Invalid):
    """In the past, too soon or too far ahead (rule AVL-9)."""

    code = "start_not_bookable"

    def __init__(self, message: str) -> None:
        super().__init__(message, fields={START: [message]})


class OutsideHours(Invalid):
    """Not a start that the teacher's hours offer (rules AVL-4, AVL-7)."""

    code = "outside_availability"
    message = "The teacher is not open at that time. Pick one of the free times."

    def __init__(self) -> None:
        super().__init__(fields={START: [self.message]})


class PlacesUsed(LimitReached):
    """All sessions of that kind are booked or completed (rule BOOK-2)."""

    code = "no_session_left"


class MetAlready(LimitReached):
    """A free meeting is once for each member and teacher (rule BOOK-11)."""

    code = "intro_used"
    message = (
        "You have had your free meeting with this teacher, or it is booked. Next comes a session."
    )


class IntrosFull(LimitReached):
    """A teacher gives so many free meetings a day (rule BOOK-11)."""

    code = "intros_full"
    message = "The free meetings of that day are taken. Pick another day."

    def __init__(self) -> None:
        super().__init__(fields={START: [self.message]})


class SlotTaken(Conflict):
    """One of the two has a session then; ``side`` says who, never with whom (rule BOOK-3)."""

    code = "slot_taken"

    def __init__(self, side: str, *, yours: bool = False) -> None:
        message = "That time was just taken. Nothing was booked; pick another time."
        if yours:
            message = "You already have a session at that time. Pick another time."
        elif side == "student":
            message = "The student already has a session at that time. Pick another time."
        super().__init__(message, fields={START: [message]}, side=side)


@dataclass(frozen=True, slots=True)
class BookingRequest:
    """The session that somebody asks for.

    Without a start the question is whether any session could be booked; without a teacher, whether
    one could be booked with anybody. ``session_id``: the session that is to get another time, when
    none is added. ``chosen_at``: since when the time is held for the student, who kept the
    teacher's notice then (rule HOLD-2). ``course_id``: what a free meeting is about. ``latest``:
    how far ahead it may start, where that is further than anybody may book (ADR 38).
    ``is_arranged``: by an admin, who agreed on the time with both, so hours and notice don't count.
    """

    by_id: UUID
    student_id: UUID
    enrollment_id: UUID | None
    minutes: int
    at: datetime
    teacher_id: UUID | None = None
    start: datetime | None = None
    kind: str = Session.Kind.COURSE
    session_id: UUID | None = None
    chosen_at: datetime | None = None
    course_id: UUID | None = None
    latest: datetime | None = None
    is_arranged: bool = False

    @property
    def is_intro(self) -> bool:
        """Whether it is a free meeting, which belongs to no enrollment."""
        return self.kind == Session.Kind.INTRO

    def last_start(self, days_ahead: int) -> datetime:
        """The end of the time in which it may start (rule AVL-9)."""
        usual = self.at + timedelta(days=days_ahead)
        return usual if self.latest is None else max(usual, self.latest)

    @property
    def is_new(self) -> bool:
        """Whether a session is added, rather than one given another time."""
        return self.session_id is None

    def taken(self, side: str) -> SlotTaken:
        """The refusal because the teacher or the student has another session then."""
        person = self.teacher_id if side == "teacher" else self.student_id
        return SlotTaken(side, yours=self.by_id == person)


@dataclass(frozen=True, slots=True)
class Places:
    """How many sessions of each kind an enrollment may have, and has (rule BOOK-2)."""

    allowed: Mapping[str, int]
    used: Mapping[str, int]

    @classmethod
    def of(cls, modules: int, makeups: int, extras: int, kinds: Iterable[str]) -> "Places":
        """From what was paid or granted, and the kinds of the sessions that use a place."""
        allowed = {
            str(Session.Kind.COURSE): modules,
            str(Session.Kind.MAKEUP): makeups,
            str(Session.Kind.EXTRA): extras,
        }
        return cls(allowed, Counter(kinds))

    def left(self, kind: str) -> int:
        """How many more of that kind can be booked."""
        return max(0, self.allowed.get(kind, 0) - self.used.get(kind, 0))

    @property
    def next_kind(self) -> str | None:
        """Which kind is booked next: of the course, else made up, else extra."""
        return next((kind for kind in self.allowed if self.left(kind)), None)


@dataclass(frozen=True, slots=True)
class EnrollmentState:
    """What of the enrollment, and of the teacher's right in its course, decides."""

    is_active: bool
    is_blocked: bool
    teacher_id: UUID | None
    is_certified: bool
    may_teach: bool
    student_is_active: bool
    places: Places


@dataclass(frozen=True, slots=True)
class IntroState:
    """What beside the times decides on a free meeting: whether both may meet, what they had, and
    how many free meetings the teacher has that day (rule BOOK-11).
    """

    may_teach: bool
    may_meet: bool
    has_met: bool
    on_that_day: int = 0


@dataclass(frozen=True, slots=True)
class BookingState:
    """All that decides on a request, as read at one moment.

    Sessions of the kinds that need no enrollment have none; ``intro`` is there for free meetings.
    """

    enrollment: EnrollmentState | None
    days_ahead: int
    hours: Hours | None = None
    teacher_busy: list[BusyTime] = field(default_factory=list)
    student_busy: list[BusyTime] = field(default_factory=list)
    intro: IntroState | None = None

    @property
    def sets_teacher(self) -> bool:
        """Whether the enrollment has no teacher yet, so that this booking sets one (TEACH-2)."""
        return self.enrollment is not None and self.enrollment.teacher_id is None

    @property
    def buffer(self) -> timedelta:
        """The pause that the teacher wants after the session (rule AVL-8)."""
        return timedelta(minutes=self.hours.buffer if self.hours else 0)


def refusal_of(request: BookingRequest, state: BookingState) -> Refused | None:
    """Why the session can't be booked, or None if it can: the rules of BOOK-1 in their order."""
    return (
        _refused_by_enrollment(request, state.enrollment)
        or _refused_by_teacher(request, state.enrollment)
        or _refused_as_intro(request, state.intro)
        or _refused_by_time(request, state)
        or _refused_by_places(request, state.enrollment)
        or _refused_by_conflict(request, state)
    )


def _refused_by_enrollment(
    request: BookingRequest, enrollment: EnrollmentState | None
) -> Refused | None:
    """The student's own, still being learned, and not blocked after late cancellations."""
    if request.is_new and not request.is_arranged and request.by_id != request.student_id:
        return Forbidden("Only the student books sessions of this course.")
    if enrollment is None:
        return None
    if not enrollment.is_active:
        return EnrollmentClosed()
    if request.is_new and enrollment.is_blocked and not request.is_arranged:
        return BookingBlocked()
    return None


def _refused_by_teacher(
    request: BookingRequest, enrollment: EnrollmentState | None
) -> Refused | None:
    """Certified for the course, the assigned one if there is one, and teaching at present."""
    if enrollment is None or request.teacher_id is None:
        return None
    if not enrollment.is_certified:
        return NotCertified(fields={"teacher_id": [NotCertified.message]})
    if enrollment.teacher_id not in (None, request.teacher_id):
        return OtherTeacher()
    is_own = request.teacher_id == request.student_id
    # A student whose account was closed a moment ago gets the same answer.
    if is_own or not enrollment.may_teach or not enrollment.student_is_active:
        return TeacherNotAvailable()
    return None


def _refused_as_intro(request: BookingRequest, intro: IntroState | None) -> Refused | None:
    """Of a free meeting: both may meet, for the first time, on a day that is not full (BOOK-11)."""
    if intro is None:
        return None
    if request.teacher_id == request.student_id or not (intro.may_teach and intro.may_meet):
        return TeacherNotAvailable()
    if request.is_new and intro.has_met:
        return MetAlready()
    if intro.on_that_day >= INTROS_A_DAY:
        return IntrosFull()
    return None


def _refused_by_time(request: BookingRequest, state: BookingState) -> Refused | None:
    """Ahead, within horizon and notice, and a start that the hours offer (AVL-4, 7 and 9)."""
    start, at, days = request.start, request.at, state.days_ahead
    if start is None:
        return None
    if start <= at:
        return OutsideWindow("That time has passed. Pick a time in the future.")
    if start > request.last_start(days):
        return OutsideWindow(f"That is too far ahead: book at most {days} days before.")
    if state.hours is None or request.is_arranged:
        return None
    if start < (request.chosen_at or at) + timedelta(minutes=state.hours.notice):
        notice = state.hours.notice / 60
        return OutsideWindow(f"That is too soon: this teacher needs {notice:g} hours of notice.")
    if not fits(state.hours, minutes=request.minutes, start=start):
        return OutsideHours()
    return None


def _refused_by_places(
    request: BookingRequest, enrollment: EnrollmentState | None
) -> Refused | None:
    """A place of that kind is left; a session that gets another time keeps its place."""
    if enrollment is None or not request.is_new or enrollment.places.left(request.kind):
        return None
    words = ALL_USED.get(request.kind, "Sessions of this kind are not booked here.")
    return PlacesUsed(words, allowed=enrollment.places.allowed.get(request.kind, 0))


def _refused_by_conflict(request: BookingRequest, state: BookingState) -> Refused | None:
    """Neither has another session then, the teacher's buffer counted; the teacher is named first.

    The exclusion constraint on the seats has the last word on this (rule BOOK-3).
    """
    if request.start is None:
        return None
    if overlaps(state.teacher_busy, start=request.start, minutes=request.minutes):
        return request.taken("teacher")
    if overlaps(state.student_busy, start=request.start, minutes=request.minutes):
        return request.taken("student")
    return None
