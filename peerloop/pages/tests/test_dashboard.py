"""The dashboard for all roles."""

from datetime import timedelta

import pytest

from accounts.models import CreatorApplication
from learning.models import TeachingApplication
from peerloop.kit import clock
from scheduling.models import Session
from scheduling.tests.people import a_session
from tests.cast import a_course, a_member, a_teacher, an_enrollment, browse

pytestmark = pytest.mark.django_db


def test_a_newcomer_gets_a_link_to_the_courses() -> None:
    page = browse(a_member("Nia New")).get("/dashboard").content.decode()

    assert "Find something to learn" in page


def test_a_student_without_a_booking_gets_a_link_to_book() -> None:
    enrollment = an_enrollment()

    page = browse(enrollment.student).get("/dashboard").content.decode()

    assert "Book your first session" in page
    assert f"/learn/{enrollment.pk}" in page


def test_a_teacher_sees_earnings_and_what_they_teach() -> None:
    row = a_teacher(a_course())

    page = browse(row.user).get("/dashboard").content.decode()

    assert "Released 7 days after the session" in page
    assert row.course.title in page


def test_an_admin_sees_pending_work() -> None:
    CreatorApplication.objects.create(user=a_member("Cleo Candidate"))

    page = browse(a_member("Ada Admin", is_admin=True)).get("/dashboard").content.decode()

    assert "Waiting for an admin" in page


def test_a_visitor_is_asked_to_sign_in() -> None:
    answer = browse().get("/dashboard")

    assert answer["Location"] == "/login?next=/dashboard"


@pytest.mark.parametrize("who", ["student", "teacher"])
def test_a_running_session_is_shown_first_with_the_way_into_the_room(who: str) -> None:
    now = clock.now()
    row = an_enrollment(a_member("Sam Student"), (course := a_course()), a_teacher(course))
    running = a_session(row, start=now - timedelta(minutes=20))
    a_session(row, start=now + timedelta(days=1))
    Session.objects.filter(pk=running.pk).update(
        status=Session.Status.IN_PROGRESS, started_at=now - timedelta(minutes=20)
    )

    answer = browse(getattr(row, who)).get("/dashboard")

    assert answer.context["step"].title == "Module 1"
    assert f'href="/sessions/{running.pk}/join"' in answer.content.decode()


def test_upcoming_sessions_show_module_and_partner() -> None:
    start = clock.now() + timedelta(days=2)
    course = a_course()
    row = an_enrollment(a_member("Sam Student"), course, a_teacher(course))
    assert row.teacher is not None
    for day in range(2):
        a_session(row, start=start + timedelta(days=day))
    a_session(row, start=start - timedelta(days=1), status="cancelled", cancelled_at=start)

    learns = browse(row.student).get("/dashboard").content.decode()
    teaches = browse(row.teacher).get("/dashboard").content.decode()

    assert '<h2 class="next__title">Module 1</h2>' in learns
    assert ">Module 2</a>" in learns
    assert "with Tom Teacher" in learns
    assert "with Sam Student, you teach" in teaches


def test_a_creator_sees_the_number_of_pending_decisions() -> None:
    course = a_course()
    TeachingApplication.objects.create(
        user=a_member("Tom Teacher"), course=course, enrollment=an_enrollment(course=course)
    )

    page = browse(course.creator).get("/dashboard").content.decode()

    assert "1 request to look at" in page
    assert page.count("to look at") == 1


@pytest.mark.parametrize("number", [1, 5])
def test_the_number_of_queries_is_constant(number, django_assert_max_num_queries) -> None:
    sam = a_member("Sam Student", is_creator=True, is_admin=True)
    start = clock.now() + timedelta(days=2)
    for place in range(number):
        course = a_course()
        row = an_enrollment(sam, course, a_teacher(course))
        a_session(row, start=start + timedelta(days=place))
        a_teacher(a_course(creator=sam), sam)
    client = browse(sam)

    with django_assert_max_num_queries(10):
        page = client.get("/dashboard")

    assert page.status_code == 200


def test_a_member_whose_mail_bounces_is_asked_for_another_address() -> None:
    page = browse(a_member(email_status="bounced")).get("/dashboard").content.decode()

    assert "Mail to you comes back" in page
    assert 'href="/settings/security/address"' in page
