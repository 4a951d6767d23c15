"""The strips of days and the months that booking and calendar pages show."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduling.weeks import by_day, month_of, month_span, strip_of

AT = datetime(2026, 5, 3, 8, 0, tzinfo=UTC)
LAST = AT + timedelta(days=28)
DAY = timedelta(days=1)


def strip(starts, *, zone=UTC, wanted=None):
    return strip_of(starts, zone=zone, at=AT, wanted=wanted, last=LAST)


def test_the_first_day_with_a_time_is_chosen():
    found = strip([AT + 9 * DAY, AT + 10 * DAY])
    assert found.chosen.date == date(2026, 5, 12)
    assert [day.date.day for day in found.days] == [10, 11, 12, 13, 14, 15, 16]
    assert (found.previous, found.following) == (date(2026, 5, 3), date(2026, 5, 17))
    assert [day.count for day in found.days] == [0, 0, 1, 1, 0, 0, 0]


def test_without_free_times_today_is_chosen():
    found = strip([])
    assert (found.chosen.date, found.previous) == (AT.date(), None)


def test_weeks_end_with_the_horizon():
    assert strip([], wanted=LAST.date()).following is None
    assert strip([], wanted=date(2026, 5, 24)).following == date(2026, 5, 31)


def test_days_are_the_viewers():
    # 23:30 in UTC is the next day in Tokyo.
    found = strip([AT.replace(hour=23, minute=30)], zone=ZoneInfo("Asia/Tokyo"))
    assert found.chosen.date == date(2026, 5, 4)


def test_a_month_is_whole_weeks_from_monday():
    weeks = month_of([(date(2026, 5, 4), "a"), (date(2026, 5, 4), "b")], month=date(2026, 5, 20))
    assert weeks[0][0].date == date(2026, 4, 27)
    assert weeks[-1][-1].date == date(2026, 5, 31)
    assert weeks[0][0].is_outside
    assert not weeks[-1][-1].is_outside
    assert weeks[1][0].things == ["a", "b"]
    assert month_span(date(2026, 12, 31)) == (date(2026, 12, 1), date(2027, 1, 1))


def test_days_keep_their_order():
    days = by_day([(date(2026, 5, 4), 1), (date(2026, 5, 5), 2), (date(2026, 5, 4), 3)])
    assert [(day.date.day, day.things) for day in days] == [(4, [1, 3]), (5, [2])]
