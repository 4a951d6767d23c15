"""The page of one's own hours: every change is a form that works without JavaScript."""

from datetime import date

import pytest
import time_machine

from scheduling.models import Availability, AvailabilityOverride, AvailabilitySettings
from scheduling.tests.people import MONDAY_TEN, NOW, a_session, open_hours, sam_and_tom
from tests.cast import a_course, a_member, a_teacher, browse

pytestmark = pytest.mark.django_db
PAGE = "/teach/availability"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def tom():
    return a_teacher(a_course()).user


def send(person, act: str, **form):
    return browse(person).post(f"{PAGE}/{act}", form)


def week(person) -> list[tuple[int, int, int]]:
    rows = Availability.objects.filter(user=person)
    return sorted(rows.values_list("day_of_week", "start_minute", "end_minute"))


def test_an_empty_week_offers_templates(tom):
    text = browse(tom).get(PAGE).content.decode()
    assert "Start with a week" in text
    answer = send(tom, "template", template="evenings")
    assert answer["Location"] == f"{PAGE}#week"
    assert week(tom) == [(day, 1020, 1260) for day in range(1, 6)]
    send(tom, "template", template="weekends")
    assert len(week(tom)) == 5
    assert "Start with a week" not in browse(tom).get(PAGE).content.decode()
    assert send(tom, "template", template="never").status_code == 400


def test_adding_and_removing_a_window(tom):
    answer = send(tom, "windows", day="1", start="09:00", end="12:30")
    assert answer["Location"] == f"{PAGE}#day-1"
    assert week(tom) == [(1, 540, 750)]
    text = browse(tom).get(PAGE).content.decode()
    assert "Save Monday 09:00 to 12:30" in text
    assert "Mon 4 May" in text
    window = Availability.objects.get()
    assert browse(a_member("Olga")).post(f"{PAGE}/windows/{window.pk}/remove").status_code == 404
    send(tom, f"windows/{window.pk}/remove")
    assert week(tom) == []


def test_midnight_ends_a_day(tom):
    send(tom, "windows", day="0", start="20:00", end="00:00")
    assert week(tom) == [(0, 1200, 1440)]


def test_a_window_for_some_weeks(tom):
    send(
        tom,
        "windows",
        day="1",
        start="09:00",
        end="12:00",
        start_date="2026-05-04",
        repeat_weeks="2",
    )
    row = Availability.objects.get()
    assert (row.start_date, row.repeat_weeks) == (date(2026, 5, 4), 2)
    assert "from 4 May 2026, 2 weeks" in browse(tom).get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"start": "12:00", "end": "09:00"}, "The end must come after the start"),
        ({"start": "12:00", "end": "12:30"}, "at least one hour"),
        ({"start": "x", "end": "12:30"}, "Give a time like 09:30."),
        ({"start": "25:00", "end": "12:30"}, "Give a time like 09:30."),
        ({"start": "", "end": ""}, "This field is required."),
        ({"start": "10:00", "end": "11:30"}, "overlaps"),
        ({"start": "10:00", "end": "11:30", "repeat_weeks": "2"}, "start date"),
        (
            {"start": "13:00", "end": "14:30", "repeat_weeks": "0", "start_date": "x"},
            "Enter a valid date.",
        ),
    ],
)
def test_a_wrong_window_is_shown_again_with_the_error(tom, form, words):
    open_hours(tom, start=540, end=720, days=[2])
    answer = send(tom, "windows", day="2", **form)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert len(week(tom)) == 1


def test_a_day_that_is_not_a_date(tom):
    assert send(tom, "windows", day="9", start="09:00", end="12:00").status_code == 422
    assert send(tom, "copies", day="x", to_days=["1"]).status_code == 422


def test_copying_a_day_replaces_the_others(tom):
    open_hours(tom, start=540, end=720, days=[1, 2])
    open_hours(tom, start=840, end=960, days=[1, 3])
    send(tom, "copies", day="1", to_days=["2", "0"])
    assert [row for row in week(tom) if row[0] in (0, 2)] == [
        (0, 540, 720),
        (0, 840, 960),
        (2, 540, 720),
        (2, 840, 960),
    ]
    assert (3, 840, 960) in week(tom)
    assert send(tom, "copies", day="1").status_code == 422
    assert send(tom, "copies", day="6", to_days=["1"]).status_code == 422


def test_dates_that_differ_from_the_week(tom):
    open_hours(tom)
    send(tom, "dates", date="2026-05-04", kind="closed")
    assert not AvailabilityOverride.objects.get().is_available
    send(tom, "dates", date="2026-05-04", kind="open", start="10:00", end="12:00")
    send(tom, "dates", date="2026-05-04", kind="open", start="14:00", end="16:00")
    rows = AvailabilityOverride.objects.order_by("start_minute")
    assert [(row.start_minute, row.end_minute) for row in rows] == [(600, 720), (840, 960)]
    text = browse(tom).get(PAGE).content.decode()
    assert "Open 10:00–12:00" in text
    assert browse(a_member()).post(f"{PAGE}/dates/{rows[0].pk}/remove").status_code == 404
    send(tom, f"dates/{rows[0].pk}/remove")
    send(tom, "dates", date="2026-05-04", kind="closed")
    assert [row.is_available for row in AvailabilityOverride.objects.all()] == [False]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"date": "2026-05-02", "kind": "closed"}, "from today"),
        ({"date": "x", "kind": "closed"}, "Enter a valid date."),
        ({"date": "2026-05-05", "kind": "open"}, "Give a time like 09:30."),
        ({"date": "2026-05-05", "kind": "open", "start": "09:00", "end": "09:30"}, "one hour"),
        ({"date": "2026-05-05", "kind": "maybe"}, "Select a valid choice"),
        ({"date": "2026-05-04", "kind": "open", "start": "11:00", "end": "13:00"}, "overlaps"),
    ],
)
def test_a_wrong_date_is_shown_again_with_the_error(tom, form, words):
    send(tom, "dates", date="2026-05-04", kind="open", start="10:00", end="12:00")
    answer = send(tom, "dates", **form)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert AvailabilityOverride.objects.count() == 1


def test_zone_buffer_and_notice(tom):
    open_hours(tom)
    send(tom, "settings", timezone="Asia/Tokyo", buffer_minutes="30", notice_minutes="1440")
    kept = AvailabilitySettings.objects.get(user=tom)
    assert (kept.timezone, kept.buffer_minutes, kept.notice_minutes) == ("Asia/Tokyo", 30, 1440)
    assert set(Availability.objects.values_list("timezone", flat=True)) == {"Asia/Tokyo"}
    wrong = send(tom, "settings", timezone="Mars/Olympus", buffer_minutes="7", notice_minutes="x")
    assert wrong.status_code == 422
    kept.refresh_from_db()
    assert kept.timezone == "Asia/Tokyo"


def test_the_preview_leaves_out_what_is_taken():
    enrollment = sam_and_tom(start=600, end=660, days=[1])
    text = browse(enrollment.teacher).get(PAGE).content.decode()
    assert '<li class="num">10:00</li>' in text
    a_session(enrollment, start=MONDAY_TEN)
    assert '<li class="num">10:00</li>' not in browse(enrollment.teacher).get(PAGE).content.decode()


def test_a_member_who_teaches_nothing_is_told_so():
    assert "You don't teach a course yet" in browse(a_member()).get(PAGE).content.decode().replace(
        "&#x27;", "'"
    )


def test_a_reload_of_a_refused_form_shows_the_page(tom):
    for act in ("windows", "copies", "dates", "settings", "template"):
        assert browse(tom).get(f"{PAGE}/{act}")["Location"] == PAGE
    assert week(tom) == []


def test_visitors_sign_in_first():
    assert browse().get(PAGE).status_code == 302
    assert browse().post(f"{PAGE}/windows", {}).status_code == 302


def test_the_page_costs_few_statements(tom, django_assert_max_num_queries):
    open_hours(tom)
    client = browse(tom)
    # The first visit under /teach keeps the role in the session.
    client.get(PAGE)
    with django_assert_max_num_queries(12):
        client.get(PAGE)
