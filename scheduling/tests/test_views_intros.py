"""Free meetings on pages and over the API: from the teacher's page to the booked meeting."""

import pytest
import time_machine

from learning.models import StudentTeacher
from scheduling.models import Availability, Session
from scheduling.tests.people import NOW, open_hours
from tests.cast import a_course, a_member, a_teacher, api, browse

pytestmark = pytest.mark.django_db
START = "2026-05-04T10:00:00Z"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def right() -> StudentTeacher:
    tom = a_member("Tom Teacher", privacy_public=True)
    right = a_teacher(a_course(), tom)
    open_hours(tom)
    Availability.objects.update(is_intro=True)
    return right


def address(right: StudentTeacher, rest: str = "") -> str:
    return f"/student-teachers/{right.user.handle}/intro{rest}"


def text_of(person, path: str, status: int = 200) -> str:
    answer = browse(person).get(path)
    assert answer.status_code == status, answer
    return answer.content.decode()


def test_a_stranger_finds_a_time_from_the_teachers_page(right):
    assert address(right) in text_of(None, f"/student-teachers/{right.user.handle}")
    assert f'value="{START}"' in text_of(None, address(right, "?day=2026-05-04"))
    answer = browse(None).get(address(right, f"/confirm?start={START}"))
    assert answer.status_code == 302
    assert "confirm%3Fstart%3D" in answer["Location"]


def test_a_teacher_without_flagged_hours_shows_no_way_to_a_meeting(right):
    Availability.objects.update(is_intro=False)
    assert address(right) not in text_of(None, f"/student-teachers/{right.user.handle}")
    assert "offers no free meetings" in text_of(None, address(right))
    assert browse(a_member()).get(address(right, f"/confirm?start={START}")).status_code == 302


def test_nobody_meets_who_teaches_nothing():
    text_of(None, f"/student-teachers/{a_member('Olga').handle}/intro", 404)


def test_a_member_books_it_and_a_second_press_leads_to_the_same_page(right):
    sam = a_member()
    words = text_of(sam, address(right, f"/confirm?start={START}"))
    assert "Book Mon 4 May, 10:00, free" in words
    form = {"start": START, "course": right.course.slug, "topic": "Is it for me?"}
    for _ in range(2):
        answer = browse(sam).post(address(right, "/confirm"), form)
        session = Session.objects.get()
        assert (answer.status_code, answer["Location"]) == (302, f"/sessions/{session.pk}/booked")
    assert (session.kind, session.topic) == ("intro", "Is it for me?")
    assert "Your free meeting is booked" in text_of(sam, answer["Location"])
    assert "You have your free meeting" in text_of(sam, address(right))
    assert "Free meeting with Tom Teacher" in text_of(sam, f"/sessions/{session.pk}")
    assert "Free meeting about" in text_of(right.user, "/calendar")
    assert "Free meeting" in text_of(right.user, "/teach/sessions")


def test_of_several_courses_one_is_chosen(right):
    other = a_teacher(a_course(title="Second course"), user=right.user)
    sam = a_member()
    form = {"start": START, "course": "", "topic": ""}
    answer = browse(sam).post(address(right, "/confirm"), form)
    assert answer.status_code == 422
    assert "Choose a course." in answer.content.decode()
    form["course"] = other.course.slug
    assert browse(sam).post(address(right, "/confirm"), form).status_code == 302
    assert Session.objects.get().course == other.course


def test_a_time_that_is_gone_is_said_with_the_times_that_are_left(right):
    browse(a_member("Olga")).post(
        address(right, "/confirm"), {"start": START, "course": right.course.slug}
    )
    answer = browse(a_member()).post(
        address(right, "/confirm"), {"start": START, "course": right.course.slug}
    )
    assert answer.status_code == 409
    words = answer.content.decode()
    assert "That time was just taken" in words
    assert 'value="2026-05-04T11:00:00Z"' in words


@pytest.mark.parametrize("start", ["", "never", "2026-05-04T10:00", "9999-12-31T23:59:59+00:00"])
def test_a_start_that_is_none_leads_back_to_the_times(right, start):
    answer = browse(a_member()).post(
        address(right, "/confirm"), {"start": start, "course": right.course.slug}
    )
    assert answer.status_code in (302, 400)
    assert not Session.objects.exists()


def test_the_teacher_sees_it_as_others_do(right):
    assert "This is how others see" in text_of(right.user, address(right))


def test_a_teacher_offers_meetings_in_all_hours_and_stops(right):
    tom = browse(right.user)
    tom.post("/teach/availability/intros")
    assert not Availability.objects.filter(is_intro=True).exists()
    tom.post("/teach/availability/intros", {"offered": "1"})
    assert not Availability.objects.filter(is_intro=False).exists()
    window = Availability.objects.filter(day_of_week=1).get()
    tom.post(f"/teach/availability/windows/{window.pk}/intros")
    window.refresh_from_db()
    assert not window.is_intro
    assert "Offered in 6 of your 7 weekly hours" in text_of(right.user, "/teach/availability")


def test_painted_hours_keep_what_they_take(right):
    Availability.objects.filter(day_of_week=1).update(is_intro=False)
    tom = browse(right.user)
    # Tuesday grows at its end, Monday loses its first hour, a new one opens on Monday night.
    tom.post("/teach/availability/week", {"cells": ["2-17 2-18 1-20"], "was": ["2-17 1-9"]})
    rows = Availability.objects.filter(user=right.user, day_of_week__in=[1, 2])
    found = set(rows.values_list("day_of_week", "start_minute", "end_minute", "is_intro"))
    assert (1, 600, 1080, False) in found
    assert (1, 1200, 1260, False) in found
    assert {(2, 540, 1080, True), (2, 1080, 1140, False)} <= found


def test_new_hours_take_meetings_where_all_others_do(right):
    Availability.objects.filter(day_of_week=0).delete()
    browse(right.user).post(
        "/teach/availability/windows", {"day": "0", "start": "10:00", "end": "12:00"}
    )
    assert Availability.objects.get(day_of_week=0).is_intro


def test_a_meeting_over_the_api(right):
    sam = api(a_member())
    body = {
        "kind": "intro",
        "teacher_id": str(right.user.pk),
        "course_id": str(right.course.pk),
        "scheduled_start": START,
    }
    answer = sam.post("/api/v1/sessions", body, "json")
    assert answer.status_code == 201, answer.json()
    assert answer.json()["session"]["enrollment_id"] is None
    again = sam.post("/api/v1/sessions", body | {"scheduled_start": "2026-05-05T10:00:00Z"}, "json")
    assert (again.status_code, again.json()["code"]) == (422, "intro_used")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"course_id": None}, 400),
        ({"teacher_id": None}, 400),
        ({"enrollment_id": "019a0000-0000-7000-8000-000000000001"}, 400),
        ({"teacher_id": "019a0000-0000-7000-8000-000000000001"}, 404),
        ({"course_id": "019a0000-0000-7000-8000-000000000001"}, 400),
        ({"kind": "course"}, 400),
    ],
)
def test_a_wrong_body_for_a_meeting_is_refused(right, change, status):
    body = {
        "kind": "intro",
        "teacher_id": str(right.user.pk),
        "course_id": str(right.course.pk),
        "scheduled_start": START,
    } | change
    answer = api(a_member()).post("/api/v1/sessions", body, "json")
    assert answer.status_code == status, answer.json()
    assert not Session.objects.exists()


def test_the_api_lists_times_of_meetings(right):
    path = f"/api/v1/availability/{right.user.pk}"
    found = api(a_member()).get(path, {"date": "2026-05-04", "intro": "true"}).json()["slots"]
    assert found[-1]["end_time"] == "17:45"
    Availability.objects.update(is_intro=False)
    answer = api(a_member()).get(path, {"date": "2026-05-04", "intro": "true"})
    assert answer.json()["slots"] == []


def test_hours_over_the_api_say_whether_they_take_meetings(right):
    tom, path = api(right.user), f"/api/v1/availability/{right.user.pk}"
    week = {"day_of_week": 1, "start_time": "09:00", "end_time": "12:00"}
    body = {"timezone": "UTC", "slots": [week | {"is_intro": True}, week | {"day_of_week": 2}]}
    answer = tom.put(path, body, format="json")
    assert [slot["is_intro"] for slot in answer.json()["slots"]] == [True, False]
    dated = {"date": "2026-05-09", "start_time": "09:00", "end_time": "12:00", "is_intro": True}
    assert tom.put(path, {"timezone": "UTC", "slots": [dated]}, format="json").status_code == 400


def test_times_of_meetings_need_a_fixed_number_of_statements(right, django_assert_max_num_queries):
    for place in range(3):
        browse(a_member(f"Member {place}")).post(
            address(right, "/confirm"),
            {"start": f"2026-05-05T1{place}:00:00Z", "course": right.course.slug},
        )
    client = browse(a_member())
    client.get(address(right))
    with django_assert_max_num_queries(14):
        assert client.get(address(right)).status_code == 200
