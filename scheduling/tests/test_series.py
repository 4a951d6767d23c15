"""The same time every week: all remaining sessions in one act, or none (ADR 38)."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Email, Notification
from accounts.notifications.mail.composing import rendered
from peerloop.kit.periods import known_zones
from peerloop.kit.refusals import Invalid, Refused
from scheduling.actions.booking import book_session
from scheduling.actions.rescheduling import reschedule_session
from scheduling.actions.series import book_series
from scheduling.actions.time_off import add_time_off
from scheduling.booking_rules import BookingBlocked, OutsideWindow, PlacesUsed
from scheduling.models import Session, SessionReminder, SessionSeat
from scheduling.queries.series import SeriesOutside, SeriesTaken, series_of
from scheduling.series import MAX_SESSIONS, Obstacle, Openings, plan_series, weekly
from scheduling.slots import Hours, Window, busy_between, day_number, fits, overlaps
from scheduling.tests.people import MONDAY_TEN, NOW, a_session, broken, open_hours, sam_and_tom
from scheduling.time_off import DaysOff
from tests.cast import a_course, a_member, a_teacher, an_enrollment, api, browse
from tests.threads import at_once

WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)
db = pytest.mark.django_db
TWELVE = [MONDAY_TEN + number * WEEK for number in range(12)]


@pytest.fixture
def enrollment(db):
    return sam_and_tom(modules=12)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


def book(enrollment, starts=TWELVE, *, at=NOW, **fields) -> list[Session]:
    return book_series(
        enrollment=enrollment,
        teacher=fields.pop("teacher", None),
        starts=starts,
        by=fields.pop("by", enrollment.student),
        at=at,
        **fields,
    )


def preview(enrollment, count=12, first=MONDAY_TEN):
    return series_of(enrollment, enrollment.teacher, first=first, count=count, at=NOW)


# Booking.


def test_all_remaining_sessions_are_booked_at_once(enrollment):
    sessions = book(enrollment, topic="Loops")
    assert [one.scheduled_start for one in Session.objects.order_by("scheduled_start")] == TWELVE
    assert {one.topic for one in sessions} == {"Loops"}
    assert SessionSeat.objects.count() == 24
    assert SessionReminder.objects.count() == 12 * 6
    assert not broken("I10")
    assert not broken("I4")


def test_twelve_cost_hardly_more_statements_than_one(enrollment):
    other = sam_and_tom(modules=12)
    with CaptureQueriesContext(
        connection,
    ) as one:
        book_session(
            enrollment=other,
            teacher=other.teacher,
            start=MONDAY_TEN,
            by=other.student,
            at=NOW,
        )
    with CaptureQueriesContext(connection) as twelve:
        book(enrollment)
    assert len(twelve) <= len(one) + 4


def test_each_side_gets_one_mail_with_every_date(enrollment):
    enrollment.student.timezone = "Europe/Berlin"
    enrollment.student.save()
    starts = [MONDAY_TEN.replace(month=10, day=5) + number * WEEK for number in range(6)]
    at = starts[0] - timedelta(days=2)
    book(enrollment, starts, at=at)
    mails = Email.objects.filter(template="session-series-booked")
    assert {mail.user_id for mail in mails} == {enrollment.student_id, enrollment.teacher_id}
    assert Notification.objects.filter(kind="session_booked").count() == 2
    row = mails.get(user=enrollment.student)
    assert row.context["ics"].count("BEGIN:VEVENT") == 6
    mail = rendered(row, at=at)
    for text in (mail.text, mail.html):
        # The clocks went back on 25 October: 10:00 in UTC is 12:00, then 11:00.
        assert "Mon 5 Oct, 12:00" in text
        assert "Mon 26 Oct, 11:00" in text
        assert "Berlin" in text
        assert "UTC+" not in text


def test_one_time_that_is_taken_stops_all_and_is_named(enrollment):
    taken = TWELVE[5]
    other = an_enrollment(a_member("Otto"), enrollment.course, None)
    a_session(other, start=taken, teacher=enrollment.teacher)
    with pytest.raises(SeriesTaken) as refused:
        book(enrollment)
    assert refused.value.details["refused"] == [
        {"scheduled_start": "2026-06-08T10:00:00Z", "code": "slot_taken"}
    ]
    assert Session.objects.count() == 1
    assert not Email.objects.exists()


def test_a_holiday_stops_all(enrollment):
    day = TWELVE[3].date()
    add_time_off(user=enrollment.teacher, days=DaysOff(day, day), at=NOW)
    with pytest.raises(SeriesOutside) as refused:
        book(enrollment)
    assert [one["code"] for one in refused.value.details["refused"]] == ["outside_availability"]
    assert not Session.objects.exists()


def test_more_than_are_left_is_refused(enrollment):
    book(enrollment, TWELVE[:10])
    with pytest.raises(PlacesUsed, match="Only 2"):
        book(enrollment, [start + HOUR for start in TWELVE[:3]])
    assert Session.objects.count() == 10


@pytest.mark.parametrize(
    "starts",
    [
        [],
        [MONDAY_TEN, MONDAY_TEN],
        [MONDAY_TEN, MONDAY_TEN + HOUR],
        [MONDAY_TEN] * (MAX_SESSIONS + 1),
        [MONDAY_TEN - WEEK, MONDAY_TEN],
        [MONDAY_TEN + 5 * WEEK],
        [MONDAY_TEN, MONDAY_TEN + 5 * WEEK],
        [MONDAY_TEN, datetime(9999, 12, 31, 23, tzinfo=UTC)],
        [datetime(1, 1, 1, tzinfo=UTC), MONDAY_TEN],
    ],
)
def test_starts_that_are_refused(enrollment, starts):
    with pytest.raises(Invalid):
        book(enrollment, starts)
    assert not Session.objects.exists()


def test_who_may_not_book_one_may_not_book_many(enrollment):
    enrollment.booking_blocked_at = NOW
    enrollment.save()
    with pytest.raises(BookingBlocked):
        book(enrollment)
    with pytest.raises(Refused):
        book(enrollment, by=enrollment.teacher)


def test_a_series_can_set_the_teacher(db):
    enrollment = sam_and_tom(modules=3, with_teacher=False)
    with pytest.raises(Invalid, match="Choose the teacher"):
        book(enrollment, TWELVE[:3])
    teacher = a_teacher(enrollment.course, a_member("Tia")).user
    open_hours(teacher)
    book(enrollment, TWELVE[:3], teacher=teacher)
    enrollment.refresh_from_db()
    assert enrollment.teacher == teacher


def test_a_session_far_ahead_moves_within_a_week_of_its_time(enrollment):
    last = book(enrollment)[-1]
    moved = last.scheduled_start + timedelta(days=1)
    assert (
        reschedule_session(session=last, start=moved, by=enrollment.student, at=NOW).scheduled_start
        == moved
    )
    with pytest.raises(OutsideWindow):
        reschedule_session(session=last, start=moved + 2 * WEEK, by=enrollment.student, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_series_for_the_same_times_one_is_booked_whole():
    enrollment = sam_and_tom(modules=12)
    other = an_enrollment(a_member("Otto"), enrollment.course, enrollment.student_teacher)
    answers = at_once([lambda: book(enrollment), lambda: book(other, TWELVE[::-1])])
    assert sorted(isinstance(answer, Refused) for answer in answers) == [False, True]
    assert Session.objects.count() == 12
    assert Session.objects.values("enrollment").distinct().count() == 1
    assert not broken("I10")


@pytest.mark.django_db(transaction=True)
def test_a_single_booking_that_races_leaves_the_series_whole_or_absent():
    enrollment = sam_and_tom(modules=12)
    other = an_enrollment(a_member("Otto"), enrollment.course, enrollment.student_teacher)

    def single():
        return book_session(
            enrollment=other, teacher=other.teacher, start=TWELVE[2], by=other.student, at=NOW
        )

    at_once([lambda: book(enrollment), single])
    assert Session.objects.filter(enrollment=enrollment).count() in (0, 12)
    assert Session.objects.count() in (1, 12)


# The preview.


def test_a_preview_names_what_is_in_the_way_and_what_is_near(enrollment, django_assert_num_queries):
    teacher, sam = enrollment.teacher, enrollment.student
    add_time_off(user=teacher, days=DaysOff(TWELVE[1].date(), TWELVE[1].date()), at=NOW)
    other = an_enrollment(a_member("Otto"), enrollment.course, None)
    a_session(other, start=TWELVE[2], teacher=teacher)
    elsewhere = a_course()
    tia = a_teacher(elsewhere, a_member("Tia")).user
    a_session(an_enrollment(sam, elsewhere, None), start=TWELVE[3], teacher=tia)
    with django_assert_num_queries(2):
        lines = preview(enrollment, count=5)
    assert [line.obstacle for line in lines] == [
        None,
        Obstacle.AWAY,
        Obstacle.TEACHER,
        Obstacle.STUDENT,
        None,
    ]
    # On Sunday evening or Tuesday morning; right after the other session and its pause.
    assert lines[1].nearest == TWELVE[1] + timedelta(hours=-17)
    assert lines[2].nearest == TWELVE[2] + timedelta(minutes=90)
    assert len(lines[2].offers) == 3
    book(enrollment, [line.start for line in lines])


def test_weeks_without_a_free_time_have_no_offer(enrollment):
    first, last = TWELVE[1].date() - timedelta(days=6), TWELVE[1].date() + timedelta(days=6)
    add_time_off(user=enrollment.teacher, days=DaysOff(first, last), at=NOW)
    line = preview(enrollment, count=2)[1]
    assert (line.obstacle, line.offers, line.start) == (Obstacle.AWAY, (), None)


def test_what_stands_in_for_one_week_is_not_offered_to_the_next():
    # Open on Thursday evenings alone, halfway between two Mondays.
    later = day_number(MONDAY_TEN.date()) + 10
    window = Window(4, 21 * 60, 23 * 60, "UTC")
    hours = Hours("UTC", windows=(window,), away=((later, later),))
    openings = Openings(hours, [], [], minutes=60, at=NOW, days_ahead=28)
    first, second = plan_series(MONDAY_TEN, zone=ZoneInfo("UTC"), count=2, openings=openings)
    assert first.nearest == MONDAY_TEN.replace(hour=21) + timedelta(days=3)
    assert (second.offers, second.start) == ((), None)


@settings(max_examples=200, deadline=None)
@given(
    zone=st.sampled_from(sorted(known_zones())),
    day=st.sampled_from(
        [date(2026, 2, 20), date(2026, 3, 15), date(2026, 9, 25), date(2026, 10, 12)]
    ),
    minute=st.integers(0, 47),
)
def test_in_any_zone_a_series_keeps_its_wall_time_over_both_clock_changes(zone, day, minute):
    here = ZoneInfo(zone)
    wall = datetime(day.year, day.month, day.day, minute // 2, minute % 2 * 30, tzinfo=here)
    first = wall.astimezone(UTC)
    local = first.astimezone(here)
    weeks = list(weekly(first, zone=here, count=8))
    assert [found for found, _ in weeks] == [local.date() + number * WEEK for number in range(8)]
    for found, start in weeks[1:]:
        if start is None:
            # Only a time that the clocks skip.
            skipped = datetime.combine(found, local.time(), tzinfo=here)
            back = skipped.astimezone(UTC).astimezone(here)
            assert back.replace(tzinfo=None) != skipped.replace(tzinfo=None)
        else:
            assert start.astimezone(here).time() == local.time()
            assert start.astimezone(here).date() == found


@settings(max_examples=100, deadline=None)
@given(
    zone=st.sampled_from(sorted(known_zones())),
    teacher_zone=st.sampled_from(sorted(known_zones())),
    hour=st.integers(0, 23),
    busy=st.lists(st.tuples(st.integers(0, 70), st.integers(0, 23)), max_size=12),
    away=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 8)), max_size=2),
)
def test_whatever_a_preview_chooses_can_be_booked(zone, teacher_zone, hour, busy, away):
    first = datetime(2026, 10, 5, hour, tzinfo=UTC)
    at = first - timedelta(days=3)
    origin = (first.date() - date(1970, 1, 1)).days
    hours = Hours(
        teacher_zone,
        windows=tuple(Window(day, 480, 1320, teacher_zone) for day in range(7)),
        away=tuple((origin + start, origin + start + length) for start, length in away),
    )
    taken = [
        busy_between(start, start + HOUR, buffer=hours.buffer)
        for days, at_hour in busy
        for start in [first.replace(hour=at_hour) + timedelta(days=days)]
    ]
    openings = Openings(hours, taken, [], minutes=60, at=at, days_ahead=28)
    lines = plan_series(first, zone=ZoneInfo(zone), count=9, openings=openings)
    starts = sorted(line.start for line in lines if line.start is not None)
    assert len(lines) == 9
    for start in starts:
        assert fits(hours, minutes=60, start=start)
        assert not overlaps(taken, start=start, minutes=60)
    least = HOUR + timedelta(minutes=hours.buffer)
    assert all(after - before >= least for before, after in pairwise(starts))
    for line in lines:
        assert line.is_free == (line.obstacle is None)
        assert not line.is_free or line.start == line.wanted


# The page and the API.


def page(enrollment):
    return f"/learn/{enrollment.pk}/book/weekly"


def test_the_confirmation_leads_to_all_dates(enrollment):
    client = browse(enrollment.student)
    text = client.get(
        f"/learn/{enrollment.pk}/book/confirm?start=2026-05-04T10:00:00Z"
    ).content.decode()
    assert "Book all 12 sessions" in text
    assert "book/weekly?start=2026-05-04T10" in text


def test_every_date_is_shown_and_booked(enrollment):
    add_time_off(user=enrollment.teacher, days=DaysOff(TWELVE[1].date(), TWELVE[1].date()), at=NOW)
    client = browse(enrollment.student)
    answer = client.get(f"{page(enrollment)}?start=2026-05-04T10:00:00Z")
    text = answer.content.decode()
    assert "is away." in text
    assert "1 week can&#x27;t have this time" in text or "1 week can't have this time" in text
    assert text.count('name="start"') == 12
    chosen = [line.start.isoformat() for line in answer.context["lines"]]
    chosen[1] = ""
    form = {"first": MONDAY_TEN.isoformat(), "teacher": "", "start": chosen}
    done = client.post(page(enrollment), form, follow=True)
    assert "11 sessions with" in done.content.decode()
    assert Session.objects.count() == 11
    again = client.post(page(enrollment), form)
    assert again["Location"] == "/calendar"
    assert Session.objects.count() == 11


def test_what_was_taken_meanwhile_is_said_and_nothing_is_booked(enrollment):
    other = an_enrollment(a_member("Otto"), enrollment.course, None)
    a_session(other, start=TWELVE[4], teacher=enrollment.teacher)
    form = {"first": MONDAY_TEN.isoformat(), "start": [one.isoformat() for one in TWELVE]}
    answer = browse(enrollment.student).post(page(enrollment), form)
    assert answer.status_code == 409
    assert "Nothing was booked" in answer.content.decode()
    assert Session.objects.filter(enrollment=enrollment).count() == 0


@pytest.mark.parametrize("start", ["", "x", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_a_start_that_is_none_leads_back_to_the_times(enrollment, start):
    client = browse(enrollment.student)
    answer = client.get(page(enrollment), {"start": start})
    assert answer["Location"] == f"/learn/{enrollment.pk}/book"
    form = {"first": MONDAY_TEN.isoformat(), "start": [MONDAY_TEN.isoformat(), start or "y"]}
    assert client.post(page(enrollment), form).status_code == 400
    assert not Session.objects.exists()


def api_path(enrollment):
    return f"/api/v1/enrollments/{enrollment.pk}/series"


def test_a_preview_begins_at_the_next_free_time_if_none_is_asked_for(enrollment):
    [week] = api(enrollment.student).get(api_path(enrollment), {"count": 1}).json()["weeks"]
    assert week["scheduled_start"] == "2026-05-03T10:00:00Z"


def test_the_api_previews_and_books(enrollment):
    client = api(enrollment.student)
    query, path = {"scheduled_start": "2026-05-04T10:00:00Z"}, api_path(enrollment)
    weeks = client.get(path, query).json()["weeks"]
    assert len(weeks) == 12
    assert weeks[11] == {
        "number": 12,
        "date": "2026-07-20",
        "scheduled_start": "2026-07-20T10:00:00Z",
        "is_free": True,
        "obstacle": None,
        "offers": [],
        "nearest": None,
    }
    body = {"starts": [week["scheduled_start"] for week in weeks]}
    send = {"format": "json", "HTTP_IDEMPOTENCY_KEY": "once"}
    first = client.post(path, body, **send)
    assert first.status_code == 201
    assert [one["scheduled_start"] for one in first.json()["sessions"]] == body["starts"]
    assert client.post(path, body, **send).json() == first.json()
    assert client.get(path, query).json() == {"weeks": []}
    answer = client.post(path, body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (422, "no_session_left")


def test_the_api_names_each_time_that_is_refused(enrollment):
    starts = ["2026-05-04T10:00:00Z", "2026-05-11T03:00:00Z"]
    answer = api(enrollment.student).post(api_path(enrollment), {"starts": starts}, format="json")
    assert answer.status_code == 400
    assert answer.json()["refused"] == [
        {"scheduled_start": "2026-05-11T03:00:00Z", "code": "outside_availability"}
    ]
    assert list(answer.json()["fields"]) == ["starts"]
