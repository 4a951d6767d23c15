"""Days off: nothing can be booked on them, and what is booked already is shown."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from peerloop.kit.periods import known_zones
from peerloop.kit.refusals import Invalid
from scheduling.actions.booking import book_session
from scheduling.actions.hours import set_date
from scheduling.actions.time_off import add_time_off, change_time_off, replace_time_off
from scheduling.booking_rules import OutsideHours
from scheduling.hours import DateHours
from scheduling.models import Session, TimeOff
from scheduling.queries import free_slots, next_free
from scheduling.queries.time_off import away_of
from scheduling.slots import Hours, Window, day_number, instant_at, minute_of, starts
from scheduling.tests.people import MONDAY_TEN, NOW, a_session, open_hours, sam_and_tom
from scheduling.time_off import MAX_SPANS, DaysOff
from tests.cast import a_course, a_member, a_teacher, api, browse
from tests.threads import at_once

DAY = timedelta(days=1)
MONDAY = MONDAY_TEN.date()
PAGE = "/teach/availability"
db = pytest.mark.django_db


@pytest.fixture
def enrollment(db):
    return sam_and_tom()


def off(user, first: date, last: date | None = None, note: str = "") -> TimeOff:
    return add_time_off(user=user, days=DaysOff(first, last or first, note), at=NOW)


def days_free(teacher) -> set[date]:
    return {slot.start.date() for slot in free_slots(teacher=teacher, minutes=60, at=NOW)}


def test_nothing_is_free_from_the_first_day_to_the_last(enrollment, django_assert_num_queries):
    off(enrollment.teacher, MONDAY, MONDAY + 2 * DAY)
    with django_assert_num_queries(2):
        free = days_free(enrollment.teacher)
    assert free & {MONDAY + number * DAY for number in range(-1, 4)} == {
        MONDAY - DAY,
        MONDAY + 3 * DAY,
    }


def test_the_next_free_time_is_after_the_days_off(enrollment):
    off(enrollment.teacher, NOW.date(), MONDAY + 2 * DAY)
    found = next_free([enrollment.teacher_id], minutes=60, at=NOW)
    assert found[enrollment.teacher_id] == MONDAY_TEN.replace(hour=9) + 3 * DAY


def test_a_booking_on_a_day_off_is_refused(enrollment):
    off(enrollment.teacher, MONDAY)
    with pytest.raises(OutsideHours):
        book_session(
            enrollment=enrollment,
            teacher=enrollment.teacher,
            start=MONDAY_TEN,
            by=enrollment.student,
            at=NOW,
        )


def test_special_hours_do_not_open_a_day_off(enrollment):
    set_date(user=enrollment.teacher, hours=DateHours(MONDAY, 600, 720), at=NOW)
    off(enrollment.teacher, MONDAY)
    assert MONDAY not in days_free(enrollment.teacher)
    with pytest.raises(Invalid, match="day off"):
        set_date(user=enrollment.teacher, hours=DateHours(MONDAY, 800, 900), at=NOW)


def test_days_off_are_days_of_the_teachers_zone(db):
    tom = a_teacher(a_course()).user
    open_hours(tom, start=0, end=1440, zone="Pacific/Auckland", notice=0)
    off(tom, MONDAY)
    zone = ZoneInfo("Pacific/Auckland")
    free = {
        slot.start.astimezone(zone).date() for slot in free_slots(teacher=tom, minutes=60, at=NOW)
    }
    assert MONDAY not in free
    assert {MONDAY - DAY, MONDAY + DAY} <= free | {NOW.astimezone(zone).date()}


def test_what_is_booked_inside_is_shown_in_either_role(enrollment, django_assert_num_queries):
    tom = enrollment.teacher
    inside = a_session(enrollment, start=MONDAY_TEN)
    a_session(enrollment, start=MONDAY_TEN + 3 * DAY)
    off(tom, MONDAY, MONDAY + DAY)
    off(tom, MONDAY + 9 * DAY)
    with django_assert_num_queries(2):
        first, second = away_of(tom, zone=ZoneInfo("UTC"), at=NOW)
    assert (first.sessions, second.sessions) == ([inside], [])


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (MONDAY, MONDAY - DAY, "before the first"),
        (MONDAY - 9 * DAY, MONDAY - 5 * DAY, "over"),
        (MONDAY + 700 * DAY, MONDAY + 740 * DAY, "two years"),
        (MONDAY, MONDAY + 366 * DAY, "a year off at most"),
        (MONDAY + 20 * DAY, MONDAY + 30 * DAY, "already"),
    ],
)
def test_days_that_are_refused(enrollment, first, last, words):
    off(enrollment.teacher, MONDAY + 30 * DAY, MONDAY + 31 * DAY)
    with pytest.raises(Invalid, match=words):
        off(enrollment.teacher, first, last)
    assert TimeOff.objects.count() == 1


def test_the_same_days_twice_are_one_entry(enrollment):
    first = off(enrollment.teacher, MONDAY, note="Skiing")
    second = off(enrollment.teacher, MONDAY, note="Sailing")
    assert first.pk == second.pk
    assert TimeOff.objects.get().note == "Sailing"


def test_there_is_a_limit(enrollment):
    for number in range(MAX_SPANS):
        off(enrollment.teacher, MONDAY + 2 * number * DAY)
    with pytest.raises(Invalid, match="at most"):
        off(enrollment.teacher, MONDAY + 500 * DAY)


def test_coming_back_earlier_opens_the_days(enrollment):
    row = off(enrollment.teacher, MONDAY, MONDAY + 4 * DAY)
    change_time_off(time_off=row, days=DaysOff(MONDAY, MONDAY + DAY), at=NOW)
    assert MONDAY + 2 * DAY in days_free(enrollment.teacher)


def test_replacing_keeps_what_is_over(enrollment):
    tom = enrollment.teacher
    TimeOff.objects.create(user=tom, first_day=date(2026, 1, 1), last_day=date(2026, 1, 5))
    off(tom, MONDAY)
    replace_time_off(user=tom, spans=[DaysOff(MONDAY + DAY, MONDAY + DAY)], at=NOW)
    assert list(TimeOff.objects.values_list("first_day", flat=True)) == [
        date(2026, 1, 1),
        MONDAY + DAY,
    ]


@pytest.mark.parametrize(("first", "last"), [(0, -1), (0, 366), (1, 3)])
def test_the_database_refuses_wrong_spans(enrollment, first, last):
    off(enrollment.teacher, MONDAY + 2 * DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        TimeOff.objects.create(
            user=enrollment.teacher,
            first_day=MONDAY + first * DAY,
            last_day=MONDAY + last * DAY,
        )


def test_days_off_wait_for_a_booking_that_is_being_made(enrollment):
    with CaptureQueriesContext(connection) as asked:
        off(enrollment.teacher, MONDAY)
    first = next(one["sql"] for one in asked if "SAVEPOINT" not in one["sql"])
    assert first.startswith("SELECT id FROM users")
    assert first.endswith("FOR NO KEY UPDATE")


@pytest.mark.django_db(transaction=True)
def test_a_booking_that_races_with_days_off_is_refused_or_shown():
    enrollment = sam_and_tom()

    def book():
        return book_session(
            enrollment=enrollment,
            teacher=enrollment.teacher,
            start=MONDAY_TEN,
            by=enrollment.student,
            at=NOW,
        )

    booked, _ = at_once([book, lambda: off(enrollment.teacher, MONDAY)])
    [entry] = away_of(enrollment.teacher, zone=ZoneInfo("UTC"), at=NOW)
    if isinstance(booked, Session):
        assert entry.sessions == [booked]
    else:
        assert isinstance(booked, OutsideHours)
        assert entry.sessions == []


@settings(max_examples=150, deadline=None)
@given(
    zone=st.sampled_from(sorted(known_zones())),
    middle=st.sampled_from([date(2026, 3, 8), date(2026, 3, 29), date(2026, 10, 25)]),
    shift=st.integers(-9, 9),
    length=st.integers(1, 5),
)
def test_in_any_zone_around_both_clock_changes_only_the_days_off_are_closed(
    zone, middle, shift, length
):
    first = middle + shift * DAY
    last = first + (length - 1) * DAY
    windows = tuple(Window(day, 0, 1440, zone) for day in range(7))
    span = {
        "minutes": 60,
        "first": minute_of(datetime.combine(middle - 16 * DAY, datetime.min.time(), UTC)),
        "last": minute_of(datetime.combine(middle + 16 * DAY, datetime.min.time(), UTC)),
    }
    everything = set(starts(Hours(zone, windows=windows), **span))
    away = ((day_number(first), day_number(last)),)
    kept = set(starts(Hours(zone, windows=windows, away=away), **span))
    there = ZoneInfo(zone)
    closed = {
        start for start in everything if first <= instant_at(start).astimezone(there).date() <= last
    }
    assert kept == everything - closed


# The page and the API.


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def test_a_teacher_takes_days_off_and_sees_what_is_booked(enrollment):
    tom = enrollment.teacher
    session = a_session(enrollment)
    client = browse(tom)
    answer = client.post(
        f"{PAGE}/away", {"first_day": "2026-05-04", "last_day": "2026-05-06", "note": "Skiing"}
    )
    assert answer["Location"] == f"{PAGE}#away"
    text = client.get(PAGE).content.decode()
    assert "4 May to 6 May 2026" in text
    assert "Skiing" in text
    assert "1 session booked on these days" in text
    assert f"/sessions/{session.pk}/reschedule" in text
    assert f"/sessions/{session.pk}/cancel" in text


def test_the_page_says_beside_the_field_what_is_wrong(enrollment):
    client = browse(enrollment.teacher)
    answer = client.post(f"{PAGE}/away", {"first_day": "2026-05-06", "last_day": "2026-05-04"})
    assert answer.status_code == 422
    assert "The last day can&#x27;t come before the first." in answer.content.decode()
    assert client.post(f"{PAGE}/away", {"first_day": "x", "last_day": ""}).status_code == 422
    row = off(enrollment.teacher, MONDAY)
    answer = client.post(
        f"{PAGE}/away/{row.pk}/days", {"first_day": "2026-05-09", "last_day": "2026-05-08"}
    )
    assert answer.status_code == 422
    assert client.get(f"{PAGE}/away")["Location"] == PAGE


def test_days_off_are_changed_and_removed_by_their_owner_only(enrollment):
    tom, row = enrollment.teacher, off(enrollment.teacher, MONDAY, note="Skiing")
    days = {"first_day": "2026-05-04", "last_day": "2026-05-05", "note": "Skiing"}
    assert browse(a_member("Olga")).post(f"{PAGE}/away/{row.pk}/days", days).status_code == 404
    assert browse(a_member("Otto")).post(f"{PAGE}/away/{row.pk}/remove").status_code == 404
    browse(tom).post(f"{PAGE}/away/{row.pk}/days", days)
    row.refresh_from_db()
    assert (row.last_day, row.note) == (date(2026, 5, 5), "Skiing")
    browse(tom).post(f"{PAGE}/away/{row.pk}/remove")
    assert not TimeOff.objects.exists()


def test_students_read_when_their_teacher_is_away_but_not_why(enrollment):
    off(enrollment.teacher, MONDAY, MONDAY + 3 * DAY, note="Surgery")
    text = browse(enrollment.student).get(f"/learn/{enrollment.pk}/book").content.decode()
    assert "is away from Monday 4 May to Thursday 7 May" in text
    assert "Surgery" not in text


def test_the_api_keeps_days_off_unless_they_are_given(enrollment):
    tom = enrollment.teacher
    client, path = api(tom), f"/api/v1/availability/{tom.pk}"

    def put(**given):
        body = {"timezone": "UTC", "slots": []} | given
        return client.put(path, body, format="json").json()["time_off"]

    off(tom, MONDAY, note="Skiing")
    kept = [{"first_day": "2026-05-04", "last_day": "2026-05-04", "note": "Skiing"}]
    assert client.get(f"{path}/hours").json()["time_off"] == kept
    assert put() == kept
    moved = [{"first_day": "2026-05-10", "last_day": "2026-05-12"}]
    assert put(time_off=moved) == [{**moved[0], "note": ""}]
    assert put(time_off=[]) == []


@pytest.mark.parametrize(
    "time_off",
    [
        [{"first_day": "2026-05-10", "last_day": "2026-05-09"}],
        [{"first_day": "2026-05-10"}],
        [{"first_day": "x", "last_day": "2026-05-09"}],
        [{"first_day": "2026-05-10", "last_day": "9999-12-31"}],
        [{"first_day": "2026-05-10", "last_day": "2026-05-12"}] * 2,
        "x",
    ],
)
def test_the_api_refuses_wrong_days_off_and_changes_nothing(enrollment, time_off):
    tom = enrollment.teacher
    off(tom, MONDAY)
    body = {"timezone": "UTC", "slots": [], "time_off": time_off}
    answer = api(tom).put(f"/api/v1/availability/{tom.pk}", body, format="json")
    assert answer.status_code == 400
    assert TimeOff.objects.get().first_day == MONDAY
    assert days_free(tom)
