"""Hours over the API: writing one's own, reading a teacher's free times."""

from datetime import timedelta

import pytest
import time_machine

from accounts.models import User
from learning.models import StudentTeacher
from scheduling.models import Availability, AvailabilityOverride, AvailabilitySettings
from scheduling.tests.people import MONDAY_TEN, NOW, a_session, open_hours, sam_and_tom
from tests.cast import a_course, a_member, a_teacher, an_enrollment, api, browse

pytestmark = pytest.mark.django_db

WEEK = {
    "timezone": "America/New_York",
    "slots": [
        {"day_of_week": 1, "start_time": "09:00", "end_time": "12:00"},
        {"day_of_week": 0, "start_time": "22:00:00", "end_time": "24:00"},
        {"date": "2026-05-06", "start_time": "10:00", "end_time": "11:30"},
        {"date": "2026-05-11", "is_available": False},
    ],
}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def tom():
    return a_teacher(a_course()).user


def put(person, body, *, of=None):
    return api(person).put(f"/api/v1/availability/{(of or person).pk}", body, format="json")


def times(viewer, teacher, query: str = "") -> list[tuple[str, str, bool]]:
    answer = api(viewer).get(f"/api/v1/availability/{teacher.pk}?{query}")
    assert answer.status_code == 200, answer.json()
    return [(row["date"], row["start_time"], row["is_available"]) for row in answer.json()["slots"]]


def test_writing_replaces_all_hours(tom):
    open_hours(tom)
    answer = put(tom, WEEK)
    assert answer.status_code == 200, answer.json()
    assert answer.json()["timezone"] == "America/New_York"
    assert {"date": "2026-05-11", "is_available": False} in answer.json()["slots"]
    assert Availability.objects.filter(user=tom).count() == 2
    assert AvailabilityOverride.objects.filter(user=tom).count() == 2

    assert put(tom, WEEK).json() == answer.json()
    assert put(tom, {"timezone": "UTC", "slots": []}).json()["slots"] == []
    assert not Availability.objects.filter(user=tom).exists()


def test_what_was_written_can_be_booked(tom):
    put(tom, WEEK)
    assert times(a_member(), tom) == [
        ("2026-05-03", "22:00", True),
        ("2026-05-03", "22:30", True),
        ("2026-05-03", "23:00", True),
        *[("2026-05-04", text, True) for text in ("09:00", "09:30", "10:00", "10:30", "11:00")],
        ("2026-05-06", "10:00", True),
        ("2026-05-06", "10:30", True),
        *[("2026-05-10", text, True) for text in ("22:00", "22:30", "23:00")],
        *[("2026-05-17", text, True) for text in ("22:00", "22:30", "23:00")],
        *[("2026-05-18", text, True) for text in ("09:00", "09:30", "10:00", "10:30", "11:00")],
        *[("2026-05-24", text, True) for text in ("22:00", "22:30", "23:00")],
        *[("2026-05-25", text, True) for text in ("09:00", "09:30", "10:00", "10:30", "11:00")],
    ]


def test_a_slot_that_ends_at_midnight_ends_at_24_00_of_its_date(tom):
    put(tom, WEEK)
    answer = api(tom).get(f"/api/v1/availability/{tom.pk}?date=2026-05-03").json()
    assert answer["slots"][-1] == {
        "date": "2026-05-03",
        "start_time": "23:00",
        "end_time": "24:00",
        "is_available": True,
        "starts_at": "2026-05-04T03:00:00Z",
        "ends_at": "2026-05-04T04:00:00Z",
    }
    assert answer["timezone"] == "America/New_York"


def test_times_asked_for_again_are_not_sent_again_until_they_change(tom):
    put(tom, WEEK)
    app, address = api(a_member()), f"/api/v1/availability/{tom.pk}?date=2026-05-03"
    first = app.get(address, headers={"Accept-Encoding": "gzip"})

    again = app.get(address, headers={"If-None-Match": first["ETag"]})
    put(tom, {**WEEK, "slots": WEEK["slots"][:1]})
    changed = app.get(address, headers={"If-None-Match": first["ETag"]})

    assert first["Cache-Control"] == "private, no-cache"
    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_days_and_ranges(tom):
    put(tom, WEEK)
    sam = a_member()
    assert {row[0] for row in times(sam, tom, "date=2026-05-04")} == {"2026-05-04"}
    span = "start_date=2026-05-04&end_date=2026-05-06"
    assert {row[0] for row in times(sam, tom, span)} == {"2026-05-04", "2026-05-06"}
    assert times(sam, tom, "date=2026-04-01") == []
    assert times(sam, tom, "date=2027-04-01") == []
    assert times(sam, tom, "date=1970-01-01") == times(sam, tom, "date=2100-12-31") == []
    assert times(sam, tom, "end_date=2026-05-03") == times(sam, tom, "date=2026-05-03")


@pytest.mark.parametrize(
    "query",
    [
        "date=2026-13-01",
        "start_date=2026-05-06&end_date=2026-05-04",
        "start_date=2026-05-06&end_date=2027-05-04",
        "minutes=3",
        "minutes=x",
        "course_id=5",
        "course_id=00000000-0000-7000-8000-000000000000",
    ],
)
def test_bad_spans_are_refused(tom, query):
    answer = api(tom).get(f"/api/v1/availability/{tom.pk}?{query}")
    assert answer.status_code == 400
    assert answer.json()["fields"]


def test_the_length_comes_from_the_query_or_the_course(tom):
    course = StudentTeacher.objects.get(user=tom).course
    course.session_minutes = 90
    course.save()
    put(tom, WEEK)
    day = "date=2026-05-06"
    assert len(times(a_member(), tom, day)) == 2
    assert len(times(a_member(), tom, f"{day}&minutes=30")) == 3
    assert len(times(a_member(), tom, f"{day}&course_id={course.pk}")) == 1


def test_taken_times_are_marked_for_everybody():
    enrollment = sam_and_tom()
    a_session(enrollment)
    taken = [
        row[1] for row in times(a_member(), enrollment.teacher, "date=2026-05-04") if not row[2]
    ]
    # 15 minutes before and after as well.
    assert taken == ["09:00", "09:30", "10:00", "10:30", "11:00"]


def test_the_viewers_own_sessions_count_as_taken():
    enrollment, elsewhere = sam_and_tom(), sam_and_tom()
    a_session(an_enrollment(enrollment.student, elsewhere.course, elsewhere.student_teacher))
    mine = times(enrollment.student, enrollment.teacher, "date=2026-05-04")
    assert [row[1] for row in mine if not row[2]] == ["09:30", "10:00", "10:30"]
    assert all(row[2] for row in times(a_member(), enrollment.teacher, "date=2026-05-04"))


def test_a_teacher_is_listed_from_the_first_hours_to_the_last(tom):
    User.objects.filter(pk=tom.pk).update(is_student_teacher=True, privacy_public=True)
    ada = a_member("Ada Admin", is_admin=True)

    def listed():
        path = "/api/v1/student-teachers"
        answers = [browse().get("/student-teachers"), api().get(path), api(ada).get(path)]
        return [tom.name in answer.content.decode() for answer in answers]

    assert listed() == [False] * 3
    put(tom, WEEK)
    assert listed() == [True] * 3
    put(tom, {"timezone": "UTC", "slots": []})
    assert listed() == [False] * 3
    assert User.objects.get(pk=tom.pk).is_student_teacher


def test_a_pausing_teacher_shows_an_empty_list_and_a_mark():
    enrollment = sam_and_tom()
    StudentTeacher.objects.filter(user=enrollment.teacher).update(teaching_active=False)
    answer = api(a_member()).get(f"/api/v1/availability/{enrollment.teacher_id}").json()
    assert answer == {"slots": [], "timezone": "UTC", "paused": True}


def test_a_member_who_teaches_nothing_sees_only_their_own_times():
    person = a_member()
    open_hours(person)
    assert times(person, person, "date=2026-05-04")
    assert api(a_member()).get(f"/api/v1/availability/{person.pk}").status_code == 404


@pytest.mark.parametrize("privacy_public", [True, False])
def test_not_even_the_zone_of_a_member_who_teaches_nothing_is_told(privacy_public):
    person = a_member(timezone="Asia/Tokyo", privacy_public=privacy_public)
    answer = api(a_member()).get(f"/api/v1/availability/{person.pk}")
    assert (answer.status_code, b"Tokyo" in answer.content) == (404, False)


def test_a_private_teacher_of_another_course_shows_the_zone(tom):
    course = a_course()
    answer = api(a_member()).get(f"/api/v1/availability/{tom.pk}?course_id={course.pk}")
    assert (answer.status_code, answer.json()["slots"]) == (200, [])


def test_own_hours_are_read_back_as_they_were_set(tom):
    closed = {"date": "2026-05-08", "is_available": False}
    stored = put(tom, {**WEEK, "slots": [*WEEK["slots"], closed]}).json()

    path = f"/api/v1/availability/{tom.pk}/hours"
    answer = api(tom).get(path)

    assert (answer.status_code, answer.json()) == (200, stored)
    assert closed in answer.json()["slots"]
    assert put(tom, answer.json()).json() == stored
    assert api(a_member()).get(path).status_code == 403
    assert api().get(path).status_code == 401


def test_who_may_read_and_write_hours(tom):
    olga = a_member("Olga")
    assert put(olga, WEEK, of=tom).status_code == 403
    assert api().put(f"/api/v1/availability/{tom.pk}", WEEK, format="json").status_code == 401
    assert api().get(f"/api/v1/availability/{tom.pk}").status_code == 401
    for unknown in ("no-id", "00000000-0000-7000-8000-000000000000"):
        assert api(tom).get(f"/api/v1/availability/{unknown}").status_code == 404
        assert (
            api(tom).put(f"/api/v1/availability/{unknown}", WEEK, format="json").status_code == 404
        )


def weekly(**fields):
    return {"day_of_week": 1, "start_time": "09:00", "end_time": "12:00", **fields}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"slots": []}, "timezone"),
        ({"timezone": "Mars/Olympus", "slots": []}, "timezone"),
        ({"timezone": "localtime", "slots": []}, "timezone"),
        ({"timezone": "Factory", "slots": []}, "timezone"),
        ({"timezone": "UTC"}, "slots"),
        ({"timezone": "UTC", "slots": {}}, "slots"),
        ({"timezone": "UTC", "slots": [7]}, "slots"),
        ({"timezone": "UTC", "slots": [weekly(end_time="09:59")]}, "slots"),
        ({"timezone": "UTC", "slots": [weekly(start_time="13:00")]}, "slots"),
        ({"timezone": "UTC", "slots": [weekly(start_time="22:00", end_time="02:00")]}, "slots"),
        ({"timezone": "UTC", "slots": [weekly(start_time="24:00", end_time="24:00")]}, "slots"),
        (
            {"timezone": "UTC", "slots": [weekly(), weekly(start_time="11:00", end_time="13:00")]},
            "slots",
        ),
        ({"timezone": "UTC", "slots": [weekly(start_time="9")]}, "slots.start_time"),
        ({"timezone": "UTC", "slots": [weekly(start_time="25:00")]}, "slots.start_time"),
        ({"timezone": "UTC", "slots": [weekly(day_of_week=7)]}, "slots.day_of_week"),
        ({"timezone": "UTC", "slots": [weekly(date="2026-05-06")]}, "slots"),
        ({"timezone": "UTC", "slots": [weekly(repeat_weeks=3)]}, "slots"),
        ({"timezone": "UTC", "slots": [weekly(repeat_weeks=3, start_date="9999-12-01")]}, "slots"),
        ({"timezone": "UTC", "slots": [{"day_of_week": 1}]}, "slots"),
        ({"timezone": "UTC", "slots": [{"start_time": "09:00", "end_time": "12:00"}]}, "slots"),
        ({"timezone": "UTC", "slots": [{"day_of_week": 1, "is_available": False}]}, "slots"),
        ({"timezone": "UTC", "slots": [{"date": "2026-05-01", "is_available": False}]}, "slots"),
        ({"timezone": "UTC", "slots": [{"date": "2029-05-01", "is_available": False}]}, "slots"),
        (
            {"timezone": "UTC", "slots": [{"date": "2026-05-06", "is_available": False}] * 2},
            "slots",
        ),
        ({"timezone": "UTC", "slots": [weekly(color="red")]}, "slots.color"),
        ({"timezone": "UTC", "slots": [], "buffer_minutes": 61}, "buffer_minutes"),
        ({"timezone": "UTC", "slots": [], "notice_minutes": -1}, "notice_minutes"),
        ({"timezone": "UTC", "slots": [], "colour": "red"}, "colour"),
    ],
)
def test_bad_hours_name_the_field_and_change_nothing(tom, body, field):
    open_hours(tom, days=[1])
    answer = put(tom, body)
    assert answer.status_code == 400, answer.json()
    assert any(name.replace(".0", "").startswith(field) for name in answer.json()["fields"])
    assert Availability.objects.filter(user=tom).count() == 1


def test_buffer_and_notice_can_be_sent_too(tom):
    put(tom, {**WEEK, "buffer_minutes": 0, "notice_minutes": 2880})
    kept = AvailabilitySettings.objects.get(user=tom)
    assert (kept.buffer_minutes, kept.notice_minutes) == (0, 2880)
    put(tom, WEEK)
    kept.refresh_from_db()
    assert (kept.buffer_minutes, kept.notice_minutes) == (0, 2880)
    first = times(a_member(), tom)[0]
    assert first == ("2026-05-06", "10:00", True)


def test_four_weeks_of_times_cost_at_most_six_statements(tom, django_assert_max_num_queries):
    open_hours(tom)
    enrollment = an_enrollment(
        teacher=StudentTeacher.objects.get(user=tom),
        course=StudentTeacher.objects.get(user=tom).course,
    )
    for number in range(20):
        a_session(enrollment, start=MONDAY_TEN + timedelta(days=number))
    client = api(a_member())
    with django_assert_max_num_queries(7):
        # One of them is the sign-in of the token.
        answer = client.get(f"/api/v1/availability/{tom.pk}")
    assert len(answer.json()["slots"]) > 400
