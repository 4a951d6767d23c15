"""A session that an admin sets up for a student and a teacher."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.four_eyes import AnotherAdmin
from accounts.models import AuditEntry, Email
from accounts.notifications.mail.composing import rendered
from learning.actions.teachers import OtherTeacher
from peerloop.kit.refusals import Forbidden, Invalid
from scheduling.actions.arranging import arrange_session
from scheduling.booking_rules import EnrollmentClosed, OutsideWindow, PlacesUsed, SlotTaken
from scheduling.models import Session
from scheduling.tests.people import MONDAY_TEN, NOW, a_session, broken, sam_and_tom
from tests.cast import a_member, a_teacher, an_enrollment, browse
from tests.threads import at_once

pytestmark = pytest.mark.django_db
# Outside Tom's hours, and within his notice.
NIGHT = NOW + timedelta(minutes=30)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def enrollment():
    return sam_and_tom()


@pytest.fixture
def ada():
    return a_member("Ada", is_admin=True, is_superuser=True)


def arrange(enrollment, by, *, start=NIGHT, teacher=None, reason="You agreed by mail."):
    return arrange_session(
        enrollment=enrollment, teacher=teacher, start=start, reason=reason, by=by, at=NOW
    )


def test_it_is_booked_outside_hours_and_notice_and_both_read_why(enrollment, ada):
    session = arrange(enrollment, ada)
    assert (session.scheduled_start, session.booked_by) == (NIGHT, ada)
    assert not broken("I10")
    for person in (enrollment.student, enrollment.teacher):
        mail = rendered(Email.objects.get(template="session-booked", user=person), at=NOW)
        assert "PeerLoop arranged it for you both: You agreed by mail." in mail.text
        assert "You agreed by mail." in mail.html
    entry = AuditEntry.objects.get(action="session.arrange")
    assert (entry.actor_id, entry.reason) == (ada.pk, "You agreed by mail.")


def test_a_blocked_student_can_be_helped(enrollment, ada):
    type(enrollment).objects.filter(pk=enrollment.pk).update(booking_blocked_at=NOW)
    assert arrange(enrollment, ada).is_scheduled


def test_only_an_admin_who_is_neither_of_them_arranges(enrollment, ada):
    with pytest.raises(Forbidden):
        arrange(enrollment, enrollment.teacher)
    mine = an_enrollment(ada, enrollment.course, enrollment.student_teacher)
    with pytest.raises(AnotherAdmin):
        arrange(mine, ada)
    assert not Session.objects.exists()


def test_a_reason_is_needed(enrollment, ada):
    with pytest.raises(Invalid, match="Say why"):
        arrange(enrollment, ada, reason=" \x00 ")


@pytest.mark.parametrize(
    ("start", "refusal"),
    [(NOW, OutsideWindow), (NOW + 400 * DAY, OutsideWindow), (MONDAY_TEN, SlotTaken)],
)
def test_past_far_and_taken_times_are_refused(enrollment, ada, start, refusal):
    other = an_enrollment(a_member("Otto"), enrollment.course, None)
    a_session(other, start=MONDAY_TEN, teacher=enrollment.teacher)
    with pytest.raises(refusal):
        arrange(enrollment, ada, start=start)


def test_places_and_the_state_of_the_enrollment_count(enrollment, ada):
    for number in range(3):
        a_session(enrollment, start=MONDAY_TEN + number * DAY)
    with pytest.raises(PlacesUsed):
        arrange(enrollment, ada)
    type(enrollment).objects.filter(pk=enrollment.pk).update(status="cancelled", cancelled_at=NOW)
    with pytest.raises(EnrollmentClosed):
        arrange(enrollment, ada)


def test_another_teacher_is_refused_and_a_missing_one_is_set(enrollment, ada):
    tia = a_teacher(enrollment.course, a_member("Tia")).user
    with pytest.raises(OtherTeacher):
        arrange(enrollment, ada, teacher=tia)
    free = an_enrollment(a_member("Otto"), enrollment.course, None)
    with pytest.raises(Invalid, match="no teacher yet"):
        arrange(free, ada)
    assert arrange(free, ada, teacher=tia).teacher == tia
    free.refresh_from_db()
    assert free.teacher == tia


@pytest.mark.django_db(transaction=True)
def test_two_admins_at_once_book_one_session():
    enrollment = sam_and_tom()
    admins = [a_member(f"Ada {number}", is_admin=True) for number in range(2)]
    at_once([lambda by=by: arrange(enrollment, by) for by in admins])
    assert Session.objects.count() == 1
    assert AuditEntry.objects.filter(action="session.arrange").count() == 1


# The page.


def form(enrollment, **given):
    return {
        "student": enrollment.student.handle,
        "course": enrollment.course.slug,
        "teacher": "",
        "day": "2026-05-06",
        "wall": "23:30",
        "reason": "Agreed.",
        **given,
    }


def test_the_page_takes_the_time_on_the_students_clock(enrollment, ada):
    enrollment.student.timezone = "Asia/Tokyo"
    enrollment.student.save()
    client, address = browse(ada), reverse("admin:scheduling_session_add")
    assert "Set up a session" in client.get(address).content.decode()
    answer = client.post(address, form(enrollment), follow=True)
    assert "Wed 6 May, 23:30 (Tokyo, UTC+9)" in answer.content.decode()
    assert Session.objects.get().scheduled_start == datetime(2026, 5, 6, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"student": "nobody"}, "Select a valid choice"),
        ({"day": "x"}, "Enter a valid date"),
        ({"day": "9999-12-31"}, "no such time"),
        ({"wall": "25:00"}, "Give a time like"),
        ({"reason": ""}, "This field is required"),
        ({"day": "2026-05-01"}, "has passed"),
    ],
)
def test_the_page_says_what_is_wrong(enrollment, ada, given, words):
    answer = browse(ada).post(reverse("admin:scheduling_session_add"), form(enrollment, **given))
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Session.objects.exists()


def test_a_student_of_another_course_is_named(enrollment, ada):
    other = sam_and_tom()
    given = form(enrollment, course=other.course.slug)
    answer = browse(ada).post(reverse("admin:scheduling_session_add"), given)
    assert "not enrolled in this course" in answer.content.decode()
