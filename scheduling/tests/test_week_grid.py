"""The week as a grid: hours that are opened and closed in it, and times changed in place."""

from datetime import date
from itertools import pairwise

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from scheduling.models import Availability
from scheduling.tests.people import NOW, open_hours
from scheduling.tests.test_views_hours import PAGE, send, week
from scheduling.week_grid import cell_of, grid_of, painted
from tests.cast import a_course, a_member, a_teacher, browse

HOURS = st.sets(st.integers(0, 23))
SPANS = st.sets(st.integers(0, 23)).map(lambda hours: painted([], opened=hours, closed=set()))


@pytest.fixture
def tom(db):
    with time_machine.travel(NOW, tick=False):
        yield a_teacher(a_course()).user


def hours_open(spans):
    return {hour for hour in range(24) for start, end in spans if start <= hour * 60 < end}


@given(SPANS, HOURS, HOURS)
def test_what_is_painted_is_open_and_what_is_wiped_is_closed(spans, opened, closed):
    found = painted(spans, opened=opened, closed=closed)

    assert hours_open(found) == (hours_open(spans) | opened) - closed
    assert all(end - start >= 60 for start, end in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))


@given(st.integers(0, 1380), st.integers(60, 600), HOURS)
def test_half_hours_that_nobody_touched_stay(start, length, opened):
    end = min(start + length, 1440)

    found = painted([(start, end)], opened=opened, closed=set())

    assert any(first <= start and end <= last for first, last in found)


def test_a_cell_says_when_it_is_open_only_partly_or_in_some_weeks():
    nine, ten = grid_of({1: [(570, 660)]}, {2: [(540, 600)]})[9:11]

    assert [nine.cells[0].is_partly, ten.cells[0].is_open] == [True, True]
    assert nine.cells[1].label == "Tuesday, 09:00 to 10:00, some weeks"


@pytest.mark.parametrize("value", ["", "1", "1-24", "7-1", "-1", "a-b", "1-٣", "1-1-1", "1-"])
def test_what_is_no_hour_of_the_week_is_refused(value):
    assert cell_of(value) is None


def test_the_page_shows_the_week_and_saves_what_was_painted(tom):
    open_hours(tom, start=540, end=660, days=[1])
    text = browse(tom).get(PAGE).content.decode()
    assert 'value="1-9" aria-label="Monday, 09:00 to 10:00" checked' in text
    assert 'name="was" value="1-9 1-10"' in text
    assert "js/week" in text

    answer = send(tom, "week", was="1-9 1-10", cells=["1-10", "1-11", "3-20"])

    assert answer["Location"] == f"{PAGE}#week"
    assert week(tom) == [(1, 600, 720), (3, 1200, 1260)]


def test_hours_that_another_tab_added_meanwhile_stay(tom):
    open_hours(tom, start=540, end=600, days=[1, 5])

    send(tom, "week", was="1-9", cells=["1-9", "2-9"])

    assert week(tom) == [(1, 540, 600), (2, 540, 600), (5, 540, 600)]


def test_a_week_that_is_saved_twice_is_no_change(tom):
    for _ in range(2):
        send(tom, "week", was="", cells=["1-9", "1-10"])

    assert week(tom) == [(1, 540, 660)]


def test_less_than_an_hour_that_is_left_goes(tom):
    open_hours(tom, start=570, end=720, days=[1])

    send(tom, "week", was="1-10 1-11", cells=["1-11"])

    assert week(tom) == [(1, 660, 720)]


def test_windows_of_some_weeks_are_not_painted_over(tom):
    Availability.objects.create(
        user=tom,
        day_of_week=1,
        start_minute=540,
        end_minute=660,
        timezone="UTC",
        start_date=date(2026, 5, 4),
        repeat_weeks=2,
    )

    answer = send(tom, "week", was="", cells=["1-9"])

    assert answer.status_code == 422
    assert "This overlaps other hours on Monday." in answer.content.decode()
    assert week(tom) == [(1, 540, 660)]


@pytest.mark.parametrize("cells", [["9-9"], ["x"], ["1-9 1-99"]])
def test_hours_that_do_not_exist_are_refused(tom, cells):
    assert send(tom, "week", was="", cells=cells).status_code == 422
    assert week(tom) == []


def test_the_times_of_a_window_are_changed_in_place(tom):
    open_hours(tom, start=540, end=660, days=[1])
    window = Availability.objects.get()

    answer = send(tom, f"windows/{window.pk}/times", start="09:30", end="00:00")

    assert answer["Location"] == f"{PAGE}#day-1"
    assert week(tom) == [(1, 570, 1440)]
    assert 'value="00:00"' in browse(tom).get(PAGE).content.decode()


def test_times_that_overlap_others_are_refused_where_they_stand(tom):
    open_hours(tom, start=540, end=660, days=[1])
    open_hours(tom, start=720, end=840, days=[1])
    first = Availability.objects.get(start_minute=540)

    answer = send(tom, f"windows/{first.pk}/times", start="09:00", end="13:00")

    assert answer.status_code == 422
    text = answer.content.decode()
    assert "This overlaps other hours on Monday." in text
    assert 'value="13:00"' in text
    assert week(tom) == [(1, 540, 660), (1, 720, 840)]


def test_windows_of_others_can_not_be_changed(tom):
    open_hours(tom, days=[1])
    window = Availability.objects.get()

    path = f"{PAGE}/windows/{window.pk}/times"
    assert (
        browse(a_member("Olga")).post(path, {"start": "09:00", "end": "11:00"}).status_code == 404
    )


def test_a_zone_is_given_as_a_city(tom):
    sent = {"timezone": "Munich", "buffer_minutes": "15", "notice_minutes": "120"}

    assert send(tom, "settings", **sent).status_code == 302
    assert 'value="Berlin, Europe"' in browse(tom).get(PAGE).content.decode()
    wrong = send(tom, "settings", **{**sent, "timezone": "Atlantis"})
    assert wrong.status_code == 422
    assert "There is no such city" in wrong.content.decode()
