"""Pages: calendar, sessions taught, rescheduling, cancelling, changing the teacher."""

from datetime import timedelta

import pytest
import time_machine
from icalendar import Calendar

from learning.models import StudentTeacher
from scheduling.models import Availability, Session
from scheduling.tests.people import MONDAY_TEN, NOW, a_session, open_hours, sam_and_tom
from tests.cast import a_member, a_teacher, an_enrollment, browse

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
FAR = MONDAY_TEN + 3 * DAY


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def text_of(person, path: str, status: int = 200) -> str:
    answer = browse(person).get(path)
    assert answer.status_code == status, answer
    return answer.content.decode()


def test_the_agenda_shows_both_roles_by_day():
    enrollment, elsewhere = sam_and_tom(), sam_and_tom()
    tom = enrollment.teacher
    a_session(enrollment)
    a_session(an_enrollment(tom, elsewhere.course, elsewhere.student_teacher), start=FAR)
    text = text_of(tom, "/calendar")
    assert "You teach Sam Student" in text
    assert "With Tom Teacher" in text
    assert "Monday 4 May" in text
    assert "Thursday 7 May" in text


def test_an_empty_calendar_says_what_to_do():
    assert "Find a course" in text_of(a_member(), "/calendar")
    enrollment = sam_and_tom()
    assert f"/learn/{enrollment.pk}/book" in text_of(enrollment.student, "/calendar")


def test_the_month_shows_past_and_coming_sessions():
    enrollment = sam_and_tom(modules=5)
    a_session(enrollment)
    a_session(enrollment, status="cancelled", cancelled_at=NOW, start=FAR + DAY)
    a_session(enrollment, start=MONDAY_TEN - 20 * DAY, status="no_show", no_show_party="teacher")
    text = text_of(enrollment.student, "/calendar/month")
    assert "May 2026" in text
    assert text.count("month__session ") == 1
    april = text_of(enrollment.student, "/calendar/month?month=2026-04")
    assert "month__session--no_show" in april


@pytest.mark.parametrize("month", ["x", "2026-13", "2026-00", "0000-01", "99999-01", "²026-01", ""])
def test_a_month_that_can_not_be_read_is_this_one(month):
    assert "May 2026" in text_of(a_member(), f"/calendar/month?month={month}")


@pytest.mark.parametrize("month", ["2000-01", "2100-12"])
def test_months_far_away_are_empty(month):
    assert "No session in" in text_of(a_member(), f"/calendar/month?month={month}")


def test_the_calendar_file_holds_all_but_cancelled_sessions():
    enrollment = sam_and_tom(modules=5)
    a_session(enrollment, topic="Loops; and, commas\nand lines")
    a_session(enrollment, status="cancelled", cancelled_at=NOW, start=FAR)
    answer = browse(enrollment.student).get("/calendar.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert len(events) == 1
    assert events[0]["DTSTART"].dt == MONDAY_TEN
    assert "Loops; and, commas\nand lines" in events[0]["DESCRIPTION"]
    assert "Tom Teacher" in events[0]["SUMMARY"]


def test_there_is_no_calendar_file_without_a_session():
    sam = browse(a_member())
    answer = sam.get("/calendar.ics")

    assert (answer.status_code, answer["Location"]) == (302, "/calendar")
    assert "no session to download" in sam.get("/calendar").content.decode()


def test_the_file_of_a_cancelled_session_says_so_in_its_type():
    session = a_session(sam_and_tom(), status="cancelled", cancelled_at=NOW)
    answer = browse(session.teacher).get(f"/sessions/{session.pk}/calendar.ics")

    assert answer["Content-Type"] == "text/calendar; charset=utf-8; method=CANCEL"
    assert str(Calendar.from_ical(answer.content)["METHOD"]) == "CANCEL"


def test_the_file_of_one_session_is_for_its_people():
    session = a_session(sam_and_tom())
    answer = browse(session.teacher).get(f"/sessions/{session.pk}/calendar.ics")
    event = Calendar.from_ical(answer.content).walk("VEVENT")[0]
    assert "Sam Student" in event["SUMMARY"]
    assert "attachment" in answer["Content-Disposition"]
    assert str(event["URL"]).endswith(f"/sessions/{session.pk}")
    text_of(a_member("Olga"), f"/sessions/{session.pk}/calendar.ics", 404)
    assert browse().get("/calendar.ics").status_code == 302


def test_the_calendar_costs_the_same_for_one_and_for_twenty(django_assert_max_num_queries):
    enrollment = sam_and_tom(modules=30)
    sam = browse(enrollment.student)
    for number in range(20):
        a_session(enrollment, start=MONDAY_TEN + number * DAY)
    for path in ("/calendar", "/calendar/month"):
        with django_assert_max_num_queries(11):
            sam.get(path)
    tom = browse(enrollment.teacher)
    # The first visit under /teach keeps the role in the session.
    tom.get("/teach/sessions")
    with django_assert_max_num_queries(12):
        tom.get("/teach/sessions")


def test_sessions_taught_ahead_and_past():
    enrollment = sam_and_tom()
    a_session(enrollment)
    a_session(
        enrollment,
        start=NOW - DAY,
        status="completed",
        ended_at=NOW,
        completion_source="teacher",
        joint_seconds=3500,
    )
    assert "Module" in text_of(enrollment.teacher, "/teach/sessions")
    past = text_of(enrollment.teacher, "/teach/sessions?show=past")
    assert "58 min" in past
    assert "Open your hours" in text_of(a_member(), "/teach/sessions")


def test_a_teacher_unblocks_booking():
    enrollment = sam_and_tom()
    enrollment.booking_blocked_at = NOW
    enrollment.save()
    assert "Open booking again" in text_of(enrollment.teacher, "/teach/sessions")
    path = f"/teach/enrollments/{enrollment.pk}/booking"
    assert browse(a_member("Olga")).post(path).status_code == 404
    assert browse(enrollment.student).post(path).status_code == 403
    assert browse(enrollment.teacher).post(path).status_code == 302
    enrollment.refresh_from_db()
    assert enrollment.booking_blocked_at is None


# Rescheduling and cancelling


def test_rescheduling_in_the_browser():
    session = a_session(sam_and_tom(), start=FAR)
    path = f"/sessions/{session.pk}/reschedule"
    text = text_of(session.student, f"{path}?day=2026-05-08")
    assert 'value="2026-05-08T10:00:00Z"' in text
    assert "2 of 2" in text
    answer = browse(session.student).post(path, {"start": "2026-05-08T10:00:00Z", "reason": ""})
    assert answer["Location"] == f"/sessions/{session.pk}"
    session.refresh_from_db()
    assert session.scheduled_start == FAR + DAY


@pytest.mark.parametrize("switch", ["is_active", "teaching_active"])
def test_no_times_of_a_paused_teacher_are_offered_but_another_teacher(switch):
    enrollment = sam_and_tom()
    session = a_session(enrollment, start=FAR)
    StudentTeacher.objects.filter(pk=enrollment.student_teacher_id).update(**{switch: False})
    path = f"/sessions/{session.pk}/reschedule"

    sams, toms = text_of(session.student, path), text_of(session.teacher, path)

    assert 'name="start"' not in sams + toms
    assert f'href="/learn/{enrollment.pk}/teacher"' in sams
    assert "Choose another teacher" in sams
    assert "Take them again" in toms
    assert "Choose another teacher" not in toms


def test_a_teacher_without_free_time_can_be_exchanged():
    enrollment = sam_and_tom()
    session = a_session(enrollment, start=FAR)
    Availability.objects.all().delete()

    text = text_of(session.student, f"/sessions/{session.pk}/reschedule")

    assert "has no free time" in text
    assert f'href="/learn/{enrollment.pk}/teacher"' in text


def test_a_taken_time_answers_with_fresh_ones():
    enrollment = sam_and_tom()
    session = a_session(enrollment, start=FAR)
    a_session(an_enrollment(a_member(), enrollment.course, enrollment.student_teacher))
    answer = browse(session.student).post(
        f"/sessions/{session.pk}/reschedule?day=2026-05-04", {"start": "2026-05-04T10:00:00Z"}
    )
    assert answer.status_code == 409
    assert "just taken" in answer.content.decode()


def test_rescheduling_and_cancelling_late_ask_for_a_reason():
    session = a_session(sam_and_tom(), start=NOW + timedelta(hours=5))
    sam = browse(session.student)
    for act in ("reschedule", "cancel"):
        text = sam.get(f"/sessions/{session.pk}/{act}").content.decode()
        assert "counts as late" in text
        answer = sam.post(f"/sessions/{session.pk}/{act}", {"start": "2026-05-08T10:00:00Z"})
        assert answer.status_code == 422
    assert sam.post(f"/sessions/{session.pk}/cancel", {"reason": "Ill"}).status_code == 302
    session.refresh_from_db()
    assert (session.status, session.is_late_cancel) == ("cancelled", True)


@pytest.mark.parametrize("form", [{}, {"start": "x"}, {"start": ""}])
def test_rescheduling_without_a_time_is_shown_again(form):
    session = a_session(sam_and_tom(), start=FAR)
    answer = browse(session.student).post(f"/sessions/{session.pk}/reschedule", form)
    assert answer.status_code == 422
    assert "Choose one of the times" in answer.content.decode()


def test_a_session_that_can_not_be_changed_says_why():
    enrollment = sam_and_tom(modules=5)
    moved = a_session(enrollment, start=FAR, reschedule_count=2)
    assert "moved twice" in text_of(enrollment.student, f"/sessions/{moved.pk}/reschedule")
    done = a_session(enrollment, start=FAR + DAY, status="cancelled", cancelled_at=NOW)
    assert "nothing to cancel" in text_of(enrollment.student, f"/sessions/{done.pk}/cancel")
    assert "can&#x27;t be moved" in text_of(
        enrollment.student, f"/sessions/{done.pk}/reschedule"
    ).replace("can't", "can&#x27;t")
    answer = browse(enrollment.student).post(f"/sessions/{done.pk}/cancel", {"reason": "x"})
    assert answer.status_code == 409


def test_strangers_change_nothing():
    session = a_session(sam_and_tom(), start=FAR)
    for act in ("reschedule", "cancel", "booked"):
        text_of(a_member("Olga"), f"/sessions/{session.pk}/{act}", 404)
    assert browse(a_member()).post(f"/sessions/{session.pk}/cancel").status_code == 404
    assert Session.objects.get().status == "scheduled"


# Changing the teacher


def test_a_student_changes_teachers_in_the_browser():
    enrollment = sam_and_tom()
    a_session(enrollment, start=FAR)
    path = f"/learn/{enrollment.pk}/teacher"
    assert "1 session ahead will be cancelled" in text_of(enrollment.student, path)
    answer = browse(enrollment.student).post(path, {"reason": ""})
    assert answer["Location"] == f"/learn/{enrollment.pk}/book"
    enrollment.refresh_from_db()
    assert enrollment.teacher is None
    assert "No teacher is set" in text_of(enrollment.student, path)


def test_a_teacher_stops_teaching_with_a_reason():
    enrollment = sam_and_tom()
    path = f"/learn/{enrollment.pk}/teacher"
    tom = browse(enrollment.teacher)
    assert "Stop teaching" in tom.get(path).content.decode()
    assert tom.post(path, {"reason": ""}).status_code == 422
    assert tom.post(path, {"reason": "Moving away"}).status_code == 302
    text_of(a_member("Olga"), path, 404)


def test_hours_of_other_teachers_do_not_count_when_rescheduling():
    enrollment = sam_and_tom()
    tia = a_teacher(enrollment.course, name="Tia").user
    open_hours(tia, start=1200, end=1320)
    session = a_session(enrollment, start=FAR)
    text = text_of(session.student, f"/sessions/{session.pk}/reschedule?day=2026-05-08")
    assert "T20:00:00Z" not in text
