"""Slots as pure arithmetic: the vectors of rules AVL-2 to AVL-10."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduling.slots import (
    DateWindow,
    Hours,
    Window,
    bookable_span,
    busy_between,
    first_free,
    fits,
    minute_after,
    minute_of,
    slots,
)

NEW_YORK = "America/New_York"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def every_day(start: int, end: int, zone: str = "UTC", **fields) -> tuple[Window, ...]:
    return tuple(Window(day, start, end, zone, **fields) for day in range(7))


def on(hours: Hours, first: str, last: str, *, minutes: int = 60, busy=()) -> list[str]:
    """The free starts between two instants, as UTC texts without date."""
    found = slots(
        hours,
        minutes=minutes,
        first=minute_of(at(first)),
        last=minute_of(at(last)),
        busy=busy,
    )
    return [f"{slot.start:%d %H:%M}" for slot in found if slot.is_available]


def test_there_is_a_start_every_half_hour_as_long_as_a_session_fits():
    hours = Hours("UTC", windows=every_day(540, 660))
    assert on(hours, "2026-05-04T00:00Z", "2026-05-05T00:00Z") == [
        "04 09:00",
        "04 09:30",
        "04 10:00",
    ]
    assert on(hours, "2026-05-04T00:00Z", "2026-05-05T00:00Z", minutes=90) == [
        "04 09:00",
        "04 09:30",
    ]


def test_the_grid_begins_with_the_window():
    hours = Hours("UTC", windows=(Window(1, 555, 660, "UTC"),))
    assert on(hours, "2026-05-04T00:00Z", "2026-05-05T00:00Z") == ["04 09:15", "04 09:45"]


def test_weekdays_count_from_sunday():
    hours = Hours("UTC", windows=(Window(0, 540, 600, "UTC"),))
    assert on(hours, "2026-05-03T00:00Z", "2026-05-11T00:00Z") == ["03 09:00", "10 09:00"]


def test_a_window_can_end_at_midnight():
    hours = Hours("UTC", windows=(Window(1, 1380, 1440, "UTC"),))
    found = slots(
        hours,
        minutes=60,
        first=minute_of(at("2026-05-04T00:00Z")),
        last=minute_of(at("2026-05-06T00:00Z")),
    )
    assert [(slot.start, slot.end) for slot in found] == [
        (at("2026-05-04T23:00Z"), at("2026-05-05T00:00Z"))
    ]


def test_the_hours_are_the_zones_wall_time():
    hours = Hours(NEW_YORK, windows=(Window(1, 540, 600, NEW_YORK),))
    assert on(hours, "2026-01-05T00:00Z", "2026-01-06T00:00Z") == ["05 14:00"]
    assert on(hours, "2026-07-06T00:00Z", "2026-07-07T00:00Z") == ["06 13:00"]


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Pacific/Kiritimati", "03 19:00"),
        ("Pacific/Pago_Pago", "04 20:00"),
        ("Asia/Kathmandu", "04 03:15"),
    ],
)
def test_zones_far_from_utc(zone, expected):
    hours = Hours(zone, windows=(Window(1, 540, 600, zone),))
    assert on(hours, "2026-05-02T00:00Z", "2026-05-07T00:00Z") == [expected]


def test_windows_of_two_zones_come_in_order_and_once():
    hours = Hours("UTC", windows=(*every_day(540, 660), *every_day(300, 420, NEW_YORK)))
    assert on(hours, "2026-05-04T00:00Z", "2026-05-05T00:00Z") == [
        "04 09:00",
        "04 09:30",
        "04 10:00",
    ]


# AVL-5: weeks are calendar days


def test_a_window_repeats_for_its_weeks_across_a_clock_change():
    window = Window(0, 540, 600, NEW_YORK, start_date=date(2026, 10, 25), repeat_weeks=3)
    found = on(Hours(NEW_YORK, windows=(window,)), "2026-10-01T00:00Z", "2026-12-01T00:00Z")
    # Clocks change on 1 November: nine in the morning stays nine, and the third is the last.
    assert found == ["25 13:00", "01 14:00", "08 14:00"]


def test_a_window_begins_with_its_start_date():
    window = Window(1, 540, 600, "UTC", start_date=date(2026, 5, 6))
    assert on(Hours("UTC", windows=(window,)), "2026-05-01T00:00Z", "2026-05-20T00:00Z") == [
        "11 09:00",
        "18 09:00",
    ]


# AVL-4: overrides


def test_a_blocked_date_has_no_slot():
    hours = Hours(
        "UTC",
        windows=every_day(540, 600),
        exceptions=(DateWindow(date(2026, 5, 4), is_open=False),),
    )
    assert on(hours, "2026-05-03T00:00Z", "2026-05-06T00:00Z") == ["03 09:00", "05 09:00"]


def test_hours_of_a_date_replace_those_of_the_week():
    special = (
        DateWindow(date(2026, 5, 4), True, 720, 780, "UTC"),
        DateWindow(date(2026, 5, 4), True, 1200, 1260, "UTC"),
    )
    hours = Hours("UTC", windows=every_day(540, 600), exceptions=special)
    assert on(hours, "2026-05-04T00:00Z", "2026-05-05T00:00Z") == ["04 12:00", "04 20:00"]


def test_hours_of_a_date_open_a_day_that_the_week_leaves_closed():
    hours = Hours("UTC", exceptions=(DateWindow(date(2026, 5, 4), True, 720, 780, "UTC"),))
    assert on(hours, "2026-05-04T00:00Z", "2026-05-05T00:00Z") == ["04 12:00"]


# AVL-6: the days on which clocks change


def test_a_start_in_the_gap_of_spring_is_dropped():
    # 8 March 2026, New York: 02:00 to 03:00 does not exist.
    hours = Hours(NEW_YORK, windows=(Window(0, 60, 300, NEW_YORK),))
    found = on(hours, "2026-03-08T00:00Z", "2026-03-09T00:00Z")
    assert found == ["08 06:00", "08 06:30", "08 07:00", "08 07:30", "08 08:00"]
    assert at("2026-03-08T02:30-05:00") not in [
        at(f"2026-03-{text.replace(' ', 'T')}Z") for text in found[:2]
    ]


def test_a_window_that_begins_in_the_gap_keeps_its_later_starts():
    hours = Hours(NEW_YORK, windows=(Window(0, 150, 300, NEW_YORK),))
    assert on(hours, "2026-03-08T00:00Z", "2026-03-09T00:00Z") == [
        "08 07:00",
        "08 07:30",
        "08 08:00",
    ]


def test_a_session_does_not_outlast_a_window_that_spring_made_shorter():
    # 01:00 to 03:00 is one real hour that day.
    hours = Hours(NEW_YORK, windows=(Window(0, 60, 180, NEW_YORK),))
    assert on(hours, "2026-03-08T00:00Z", "2026-03-09T00:00Z") == ["08 06:00"]


def test_a_window_that_ends_in_the_gap_ends_with_the_last_minute_before_it():
    hours = Hours(NEW_YORK, windows=(Window(0, 60, 150, NEW_YORK),))
    assert on(hours, "2026-03-08T00:00Z", "2026-03-09T00:00Z") == ["08 06:00"]


def test_a_start_that_comes_twice_in_autumn_is_the_first():
    # 1 November 2026, New York: 01:00 to 02:00 comes twice; 01:30 is 05:30 in UTC.
    hours = Hours(NEW_YORK, windows=(Window(0, 90, 150, NEW_YORK),))
    assert on(hours, "2026-11-01T00:00Z", "2026-11-02T00:00Z") == ["01 05:30"]


def test_the_vector_of_rule_avl_6():
    spring = Hours(NEW_YORK, windows=(Window(0, 150, 210, NEW_YORK),))
    assert on(spring, "2026-03-08T00:00Z", "2026-03-09T00:00Z") == []


@pytest.mark.parametrize(
    "zone", ["America/Havana", "Africa/Cairo", "Asia/Beirut", "Australia/Lord_Howe"]
)
@pytest.mark.parametrize("year", [2026, 2027])
def test_clock_changes_at_midnight_and_by_half_an_hour(zone, year):
    """Each start lies, by the zone's own clock, where the window says."""
    hours = Hours(zone, windows=every_day(0, 1440, zone))
    first = minute_of(datetime(year, 1, 1, tzinfo=UTC))
    for slot in slots(hours, minutes=60, first=first, last=first + 366 * 1440):
        local = slot.start.astimezone(ZoneInfo(zone))
        assert local.minute in (0, 30)
        assert local.fold == 0
    assert len(slots(hours, minutes=60, first=first, last=first + 366 * 1440)) > 366 * 46


# AVL-8 to AVL-10: busy times, buffer, notice


def test_a_taken_slot_is_marked_without_detail():
    hours = Hours("UTC", windows=every_day(540, 720))
    busy = [busy_between(at("2026-05-04T10:00Z"), at("2026-05-04T11:00Z"))]
    found = slots(
        hours,
        minutes=60,
        first=minute_of(at("2026-05-04T00:00Z")),
        last=minute_of(at("2026-05-05T00:00Z")),
        busy=busy,
    )
    assert [slot.is_available for slot in found] == [True, False, False, False, True]
    assert set(found[1].__slots__) == {"start", "end", "is_available"}


def test_the_buffer_is_kept_on_both_sides():
    hours = Hours("UTC", windows=every_day(480, 900))
    busy = [busy_between(at("2026-05-04T11:00Z"), at("2026-05-04T12:00Z"), buffer=15)]
    assert on(hours, "2026-05-04T00:00Z", "2026-05-05T00:00Z", busy=busy) == [
        "04 08:00",
        "04 08:30",
        "04 09:00",
        "04 09:30",
        "04 12:30",
        "04 13:00",
        "04 13:30",
        "04 14:00",
    ]


def test_busy_seconds_count_as_whole_minutes():
    start, end = at("2026-05-04T10:00:30Z"), at("2026-05-04T10:59:30Z")
    assert busy_between(start, end) == (minute_of(start), minute_of(end) + 1)


def test_bookable_from_the_notice_to_the_horizon():
    hours = Hours("UTC", notice=120)
    first, last = bookable_span(hours, at=at("2026-05-03T08:00:30Z"), days=28)
    assert first == minute_of(at("2026-05-03T10:01Z"))
    assert last == minute_of(at("2026-05-31T08:00Z")) + 1
    assert minute_after(at("2026-05-03T10:00Z")) == minute_of(at("2026-05-03T10:00Z"))


def test_the_first_free_time_comes_after_busy_ones():
    hours = Hours("UTC", windows=every_day(540, 600))
    first = minute_of(at("2026-05-04T00:00Z"))
    busy = [busy_between(at("2026-05-04T09:30Z"), at("2026-05-05T09:30Z"))]
    assert first_free(hours, minutes=60, first=first, last=first + 28 * 1440, busy=busy) == at(
        "2026-05-06T09:00Z"
    )
    assert first_free(Hours("UTC"), minutes=60, first=first, last=first + 28 * 1440) is None


def test_only_a_start_of_the_grid_fits():
    hours = Hours("UTC", windows=every_day(540, 660))
    assert fits(hours, minutes=60, start=at("2026-05-04T09:30Z"))
    for wrong in ("2026-05-04T09:31Z", "2026-05-04T09:30:01Z", "2026-05-04T10:30Z"):
        assert not fits(hours, minutes=60, start=at(wrong))
    assert not fits(hours, minutes=60, start=at("2026-05-04T09:30Z") + timedelta(microseconds=1))


def test_a_session_may_run_into_the_hour_that_comes_again():
    # In Havana 01:00 becomes 00:00 that night: what starts at the first 00:45 goes on in real time.
    hours = Hours("America/Havana", windows=(Window(0, 15, 75, "America/Havana"),))
    found = on(hours, "2026-11-01T00:00Z", "2026-11-02T00:00Z", minutes=30)
    assert found == ["01 04:15", "01 04:45"]
