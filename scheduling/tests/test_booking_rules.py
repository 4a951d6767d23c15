"""Whether a session may be booked: every rule alone, and all in the order of BOOK-1."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.actions.teachers import OtherTeacher, TeacherNotAvailable
from peerloop.kit.refusals import Forbidden, Refused
from scheduling.booking_rules import (
    BookingBlocked,
    BookingRequest,
    BookingState,
    EnrollmentClosed,
    EnrollmentState,
    NotCertified,
    OutsideHours,
    OutsideWindow,
    Places,
    PlacesUsed,
    SlotTaken,
    refusal_of,
)
from scheduling.slots import Hours, Window, minute_of
from scheduling.tests.people import MONDAY_TEN, NOW

SAM, TOM, TIA, COURSE, SESSION = (UUID(int=number) for number in range(1, 6))
MINUTE = minute_of(MONDAY_TEN)
WEEK = tuple(Window(day, 540, 1080, "UTC") for day in range(7))

REQUEST = BookingRequest(
    by_id=SAM,
    student_id=SAM,
    enrollment_id=COURSE,
    teacher_id=TOM,
    start=MONDAY_TEN,
    minutes=60,
    at=NOW,
)
ENROLLMENT = EnrollmentState(
    is_active=True,
    is_blocked=False,
    teacher_id=TOM,
    is_certified=True,
    may_teach=True,
    student_is_active=True,
    places=Places.of(3, 0, 0, ["course"]),
)
STATE = BookingState(ENROLLMENT, days_ahead=28, hours=Hours("UTC", windows=WEEK))

Change = Callable[[BookingRequest, BookingState], tuple[BookingRequest, BookingState]]


def asked(**fields) -> Change:
    return lambda request, state: (replace(request, **fields), state)


def read(**fields) -> Change:
    return lambda request, state: (request, replace(state, **fields))


def enrolled(**fields) -> Change:
    return lambda request, state: (
        request,
        replace(state, enrollment=replace(state.enrollment, **fields)),
    )


# One way to break each rule, in the order of BOOK-1; each can be broken together with the others.
RULES: list[tuple[str, Change, type[Refused]]] = [
    ("not the student", asked(by_id=TIA), Forbidden),
    ("closed", enrolled(is_active=False), EnrollmentClosed),
    ("blocked", enrolled(is_blocked=True), BookingBlocked),
    ("no right", enrolled(is_certified=False), NotCertified),
    ("another teacher", enrolled(teacher_id=TIA), OtherTeacher),
    ("paused", enrolled(may_teach=False), TeacherNotAvailable),
    ("outside the hours", read(hours=Hours("UTC")), OutsideHours),
    ("no place", enrolled(places=Places.of(1, 0, 0, ["course"])), PlacesUsed),
    ("teacher busy", read(teacher_busy=[(MINUTE, MINUTE + 1)]), SlotTaken),
    ("student busy", read(student_busy=[(MINUTE + 59, MINUTE + 90)]), SlotTaken),
]


def judged(*changes: Change) -> Refused | None:
    request, state = REQUEST, STATE
    for change in changes:
        request, state = change(request, state)
    return refusal_of(request, state)


def test_with_every_rule_kept_nothing_is_refused():
    assert judged() is None


@pytest.mark.parametrize(("name", "change", "refusal"), RULES, ids=[rule[0] for rule in RULES])
def test_each_rule_refuses_by_itself(name, change, refusal):
    assert type(judged(change)) is refusal


def test_of_broken_rules_the_first_is_named():
    for number in range(1, len(RULES) + 1):
        for broken in combinations(RULES, number):
            assert type(judged(*[rule[1] for rule in broken])) is broken[0][2]


def test_the_teachers_side_is_named_before_the_students():
    assert judged(RULES[-1][1], RULES[-2][1]).details == {"side": "teacher"}
    assert judged(RULES[-1][1]).details == {"side": "student"}


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (NOW - timedelta(seconds=1), "passed"),
        (NOW, "passed"),
        (NOW + timedelta(minutes=119), "2 hours of notice"),
        (NOW + timedelta(days=28, minutes=1), "28 days"),
        (MONDAY_TEN.replace(year=9999), "28 days"),
    ],
)
def test_a_start_outside_the_window_is_refused_whatever_the_hours(start, words):
    for hours in (STATE.hours, Hours("UTC")):
        refusal = judged(asked(start=start), read(hours=hours))
        assert type(refusal) is OutsideWindow
        assert words in refusal.message
        assert list(refusal.fields) == ["scheduled_start"]


@pytest.mark.parametrize("student_is_active", [True, False])
def test_nobody_teaches_themselves_and_no_closed_account_is_booked(student_is_active):
    change = enrolled(student_is_active=student_is_active, teacher_id=None)
    person = SAM if student_is_active else TOM
    assert type(judged(change, asked(teacher_id=person))) is TeacherNotAvailable


def test_without_a_teacher_set_any_may_be_asked_for():
    assert judged(enrolled(teacher_id=None), asked(teacher_id=TIA)) is None


def test_without_a_start_only_what_forbids_every_session_counts():
    dry = asked(start=None, teacher_id=None)
    nothing_read = read(hours=None)
    assert judged(dry, nothing_read) is None
    for _, change, refusal in RULES:
        found = judged(change, dry, nothing_read)
        expected = refusal in (Forbidden, EnrollmentClosed, BookingBlocked, PlacesUsed)
        assert type(found) is (refusal if expected else type(None))


def test_a_rescheduled_session_keeps_its_place_and_may_be_asked_for_by_the_teacher():
    again = asked(session_id=SESSION, by_id=TOM)
    free = {"not the student", "blocked", "no place"}
    for name, change, refusal in RULES[1:]:
        assert type(judged(change, again)) is (type(None) if name in free else refusal)


def test_a_session_without_an_enrollment_is_judged_by_its_time_alone():
    again = asked(session_id=SESSION, enrollment_id=None)
    assert judged(again, read(enrollment=None)) is None
    assert type(judged(again, read(enrollment=None, hours=Hours("UTC")))) is OutsideHours


@pytest.mark.parametrize(
    ("kind", "words"),
    [("course", "course"), ("makeup", "make-up"), ("extra", "extra"), ("intro", "not booked here")],
)
def test_each_kind_has_its_own_places(kind, words):
    used_up = enrolled(places=Places.of(1, 1, 1, ["course", "makeup", "extra"]))
    refusal = judged(used_up, asked(kind=kind))
    assert type(refusal) is PlacesUsed
    assert words in refusal.message
    if kind != "intro":
        assert judged(enrolled(places=Places.of(1, 1, 1, [])), asked(kind=kind)) is None


@given(
    begins=st.integers(-200, 200),
    minutes=st.integers(1, 120),
    side=st.sampled_from(["teacher", "student"]),
)
def test_a_session_is_refused_if_and_only_if_it_overlaps_a_busy_time(begins, minutes, side):
    busy = (MINUTE + begins, MINUTE + begins + minutes)
    shared = set(range(*busy)) & set(range(MINUTE, MINUTE + REQUEST.minutes))
    refusal = judged(read(**{f"{side}_busy": [busy]}))
    assert (refusal is not None) == bool(shared)


@given(st.lists(st.sampled_from(["course", "makeup", "extra"]), max_size=8), st.integers(0, 4))
def test_places_left_are_those_allowed_that_nobody_uses(kinds, allowed):
    places = Places.of(allowed, allowed, allowed, kinds)
    for kind in ("course", "makeup", "extra"):
        assert places.left(kind) == max(0, allowed - kinds.count(kind))
    assert places.next_kind == next(
        (kind for kind in ("course", "makeup", "extra") if kinds.count(kind) < allowed), None
    )
