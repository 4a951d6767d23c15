"""The booking pages without JavaScript: choose, confirm, booked; and why not."""

from datetime import timedelta

import pytest
import time_machine

from learning.models import StudentTeacher
from peerloop.kit.text import FSI, PDI
from scheduling.models import Availability, Session
from scheduling.tests.people import MONDAY_TEN, NOW, a_session, open_hours, sam_and_tom
from tests.cast import a_member, a_teacher, an_enrollment, browse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def page(person, path: str, status: int = 200) -> str:
    answer = browse(person).get(path)
    assert answer.status_code == status, answer
    return answer.content.decode()


def test_from_the_choice_of_a_time_to_the_booked_page():
    enrollment = sam_and_tom()
    sam = browse(enrollment.student)
    times = sam.get(f"/learn/{enrollment.pk}/book?day=2026-05-04").content.decode()
    assert 'value="2026-05-04T10:00:00Z"' in times
    assert "Module 1" in times
    assert "3 of 3" in times

    key = enrollment.teacher_id
    address = f"/learn/{enrollment.pk}/book/confirm?start=2026-05-04T10:00:00Z&teacher={key}"
    words = sam.get(address).content.decode()
    assert "Book Mon 4 May, 10:00" in words

    form = {"start": "2026-05-04T10:00:00Z", "teacher": str(key), "topic": "Loops"}
    answer = sam.post(address, form)
    session = Session.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/sessions/{session.pk}/booked")
    done = sam.get(answer["Location"]).content.decode()
    assert f"/sessions/{session.pk}/calendar.ics" in done
    assert "calendar.google.com" in done
    assert session.topic == "Loops"


def test_a_title_from_right_to_left_leaves_the_number_beside_it_in_order():
    enrollment = sam_and_tom()
    enrollment.course.modules.update(title="مقدمة في البرمجة")

    text = page(enrollment.student, f"/learn/{enrollment.pk}/book?day=2026-05-04")

    assert f"<dd>1. {FSI}مقدمة في البرمجة{PDI}</dd>" in text


def test_times_are_in_the_viewers_zone_with_the_teachers_beside():
    enrollment = sam_and_tom(zone="America/New_York")
    enrollment.student.timezone = "Europe/Berlin"
    enrollment.student.save()
    text = page(enrollment.student, f"/learn/{enrollment.pk}/book?day=2026-05-04")
    # Nine in New York is three in the afternoon in Berlin.
    assert 'value="2026-05-04T13:00:00Z"' in text
    assert "15:00" in text
    assert "New York, UTC−4" in text
    address = f"/learn/{enrollment.pk}/book/confirm?start=2026-05-04T13:00:00Z"
    assert "Mon 4 May, 09:00–10:00 (New York, UTC−4)" in page(enrollment.student, address)


def test_a_second_click_leads_to_the_same_session():
    enrollment = sam_and_tom()
    sam = browse(enrollment.student)
    form = {"start": "2026-05-04T10:00:00Z", "teacher": str(enrollment.teacher_id)}
    first = sam.post(f"/learn/{enrollment.pk}/book/confirm", form)
    again = sam.post(f"/learn/{enrollment.pk}/book/confirm", form)
    assert first["Location"] == again["Location"]
    assert Session.objects.count() == 1


def test_a_slot_that_is_gone_says_so_and_shows_fresh_times():
    enrollment = sam_and_tom()
    a_session(an_enrollment(a_member("Sue"), enrollment.course, enrollment.student_teacher))
    answer = browse(enrollment.student).post(
        f"/learn/{enrollment.pk}/book/confirm", {"start": "2026-05-04T10:00:00Z"}
    )
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "just taken" in text
    assert 'value="2026-05-04T10:00:00Z"' not in text
    assert 'value="2026-05-04T12:00:00Z"' in text


def test_without_a_teacher_the_choice_comes_first():
    enrollment = sam_and_tom(with_teacher=False)
    free = a_teacher(enrollment.course, name="Tia Teacher").user
    open_hours(free, start=600, end=720)
    text = page(enrollment.student, f"/learn/{enrollment.pk}/book")
    assert "Who should teach you?" in text
    assert f"?teacher={free.pk}" in text
    assert "?teacher=any" in text

    chosen = page(
        enrollment.student, f"/learn/{enrollment.pk}/book?teacher={free.pk}&day=2026-05-04"
    )
    assert 'value="2026-05-04T11:00:00Z"' in chosen
    assert 'value="2026-05-04T09:00:00Z"' not in chosen

    anybody = page(enrollment.student, f"/learn/{enrollment.pk}/book?teacher=any&day=2026-05-04")
    assert 'value="2026-05-04T09:00:00Z"' in anybody
    answer = browse(enrollment.student).post(
        f"/learn/{enrollment.pk}/book/confirm", {"start": "2026-05-04T09:00:00Z", "teacher": "any"}
    )
    assert answer.status_code == 302
    assert Session.objects.get().teacher.name == "Tom Teacher"


def test_somebody_who_may_not_teach_is_not_chosen():
    enrollment = sam_and_tom(with_teacher=False)
    text = page(enrollment.student, f"/learn/{enrollment.pk}/book?teacher={a_member().pk}")
    assert "Who should teach you?" in text


def test_nobody_teaches():
    enrollment = sam_and_tom(with_teacher=False)
    StudentTeacher.objects.update(is_active=False)
    assert "Nobody teaches this course" in page(enrollment.student, f"/learn/{enrollment.pk}/book")


def test_no_free_time_at_all():
    enrollment = sam_and_tom()
    Availability.objects.all().delete()
    assert "no free time" in page(enrollment.student, f"/learn/{enrollment.pk}/book")


@pytest.mark.parametrize("day", ["x", "2026-01-01", "2031-01-01", "0001-01-01", "9999-12-31"])
def test_days_out_of_reach_show_the_first_free_one(day):
    enrollment = sam_and_tom()
    assert "10:00" in page(enrollment.student, f"/learn/{enrollment.pk}/book?day={day}")


@pytest.mark.parametrize("start", ["", "x", "2026-05-04T10:00:00", "9999-12-31T23:59:59-14:00"])
def test_a_start_that_can_not_be_read_leads_back(start):
    enrollment = sam_and_tom()
    answer = browse(enrollment.student).get(f"/learn/{enrollment.pk}/book/confirm?start={start}")
    assert answer.status_code == 302
    answer = browse(enrollment.student).post(
        f"/learn/{enrollment.pk}/book/confirm", {"start": start}
    )
    assert answer.status_code == 302


def test_all_booked_says_so():
    enrollment = sam_and_tom(modules=1)
    a_session(enrollment)
    assert "All sessions of this course" in page(enrollment.student, f"/learn/{enrollment.pk}/book")
    answer = browse(enrollment.student).post(
        f"/learn/{enrollment.pk}/book/confirm", {"start": "2026-05-05T10:00:00Z"}
    )
    assert answer.status_code == 422


def test_a_makeup_is_booked_when_the_course_is_full():
    enrollment = sam_and_tom(modules=1)
    enrollment.session_credits = 1
    enrollment.save()
    a_session(enrollment)
    assert "Make-up session" in page(enrollment.student, f"/learn/{enrollment.pk}/book")
    browse(enrollment.student).post(
        f"/learn/{enrollment.pk}/book/confirm", {"start": "2026-05-05T10:00:00Z"}
    )
    assert Session.objects.get(kind="makeup").scheduled_start == MONDAY_TEN + timedelta(days=1)


def test_closed_and_blocked_enrollments_say_why():
    enrollment = sam_and_tom()
    enrollment.booking_blocked_at = NOW
    enrollment.save()
    assert "Booking is paused" in page(enrollment.student, f"/learn/{enrollment.pk}/book")


def test_strangers_and_visitors():
    enrollment = sam_and_tom()
    session = a_session(enrollment)
    for path in (f"/learn/{enrollment.pk}/book", f"/learn/{enrollment.pk}/book/confirm"):
        page(a_member("Olga"), path, 404)
        page(enrollment.teacher, path, 404)
        assert browse().get(path).status_code == 302
    page(a_member("Olga"), f"/sessions/{session.pk}/booked", 404)


def test_the_page_costs_few_statements(django_assert_max_num_queries):
    enrollment = sam_and_tom(modules=25)
    for number in range(1, 15):
        a_session(enrollment, start=MONDAY_TEN + timedelta(days=number))
    sam = browse(enrollment.student)
    sam.get("/dashboard")
    with django_assert_max_num_queries(12):
        sam.get(f"/learn/{enrollment.pk}/book")
