"""The learner's courses, and the page of one course."""

from datetime import timedelta

import pytest
import time_machine

from learning.actions import close_enrollment, dispute_enrollment, issue_certificate
from learning.queries import modules_of
from learning.tests.people import AT, completed, hold, taught
from scheduling.models import Session
from tests.cast import a_course, a_member, an_enrollment, browse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(AT, tick=False):
        yield


def text_of(answer):
    return " ".join(answer.content.decode().split())


def a_session(enrollment, *, start=AT + timedelta(days=2), **fields):
    return Session.objects.create(
        enrollment=enrollment,
        course=enrollment.course,
        teacher=enrollment.teacher,
        student=enrollment.student,
        scheduled_start=start,
        scheduled_end=start + timedelta(minutes=60),
        teacher_busy_until=start + timedelta(minutes=75),
        booked_by=enrollment.student,
        **fields,
    )


def test_a_new_member_gets_a_link_to_the_courses():
    assert "Browse courses" in text_of(browse(a_member()).get("/learn"))


def test_courses_are_listed_by_status():
    fresh = taught()
    sam, browser = fresh.student, browse(fresh.student)
    page = text_of(browser.get("/learn"))
    assert "Book first session" in page
    assert f"/learn/{fresh.pk}/book" in page

    session = a_session(fresh)
    page = text_of(browser.get("/learn"))
    assert f"/sessions/{session.pk}" in page

    gone = an_enrollment(sam, a_course())
    close_enrollment(enrollment=gone, by=sam, reason="", at=AT)
    page = text_of(browser.get("/learn"))
    assert "Cancelled" in page
    assert "See the course" in page


def test_a_completed_course_leads_on_to_teaching():
    enrollment = completed()
    page = text_of(browse(enrollment.student).get("/learn"))
    assert "Teach this course" in page
    assert "Step 2 of 4: certify" in page
    creator = enrollment.course.creator
    issue_certificate(enrollment=enrollment, type="completion", by=creator, at=AT)
    page = text_of(browse(enrollment.student).get("/learn"))
    assert "Step 3 of 4: teach" in page
    issue_certificate(enrollment=enrollment, type="teaching", by=creator, at=AT)
    page = text_of(browse(enrollment.student).get("/learn"))
    assert "Step 4 of 4: earn" in page
    assert "Go to your teaching" in page


@pytest.mark.parametrize("rows", [1, 6])
def test_the_number_of_queries_of_the_list_is_constant(rows, django_assert_num_queries):
    sam = a_member()
    for _ in range(rows):
        an_enrollment(sam, a_course())
    browser = browse(sam)
    with django_assert_num_queries(8):  # session, member, menus; courses, 2, 1, 1
        browser.get("/learn")


def test_only_the_student_sees_the_course_page():
    enrollment = taught()
    path = f"/learn/{enrollment.pk}"
    assert browse(enrollment.student).get(path).status_code == 200
    for person in (enrollment.teacher, enrollment.course.creator, a_member("Olga")):
        assert browse(person).get(path).status_code == 404
    assert browse().get(path).status_code == 302


def test_a_locked_module_says_what_is_missing():
    enrollment = taught(modules=3)
    browser, path = browse(enrollment.student), f"/learn/{enrollment.pk}"
    assert text_of(browser.get(path)).count("Book its session first.") == 3

    a_session(enrollment)
    page = text_of(browser.get(path))
    assert page.count("Book its session first.") == 2
    assert "You can mark it after the session." in page
    assert "Go to session" in page


def test_a_session_whose_time_is_over_is_being_closed():
    enrollment = taught(modules=2)
    a_session(enrollment, start=AT - timedelta(hours=3))
    page = text_of(browse(enrollment.student).get(f"/learn/{enrollment.pk}"))
    assert "Being closed" in page
    assert "Book first session" in page


def test_marking_a_module_on_the_page():
    enrollment = taught(modules=2, sessions=1)
    first, second = modules_of(enrollment)
    browser, path = browse(enrollment.student), f"/learn/{enrollment.pk}"
    assert "Mark as done" in text_of(browser.get(path))

    answer = browser.post(f"{path}/modules/{first.pk}", {"is_complete": "1"})
    assert (answer.status_code, answer["Location"]) == (302, f"{path}#module-{first.pk}")
    assert "1 of 2 modules done" in text_of(browser.get(path))

    part = browser.post(f"{path}/modules/{first.pk}", {"is_complete": "0"}, HTTP_HX_REQUEST="true")
    assert part.status_code == 200
    assert part.content.decode().lstrip().startswith('<div class="with-aside')
    assert "0 of 2 modules done" in text_of(part)

    assert browser.post(f"{path}/modules/{second.pk}", {"is_complete": "1"}).status_code == 409
    assert browser.post(f"{path}/modules/{first.pk}", {"is_complete": "x"}).status_code == 400
    stranger = browse(a_member("Olga"))
    assert stranger.post(f"{path}/modules/{first.pk}", {"is_complete": "1"}).status_code == 404


def test_a_cancelled_enrollment_has_no_access():
    enrollment = taught()
    close_enrollment(enrollment=enrollment, by=None, reason="Moved away.", at=AT)
    page = text_of(browse(enrollment.student).get(f"/learn/{enrollment.pk}"))
    assert "You left this course" in page
    assert "Moved away." in page
    assert "Module 1" not in page


def test_a_disputed_enrollment_can_still_read():
    enrollment = taught()
    dispute_enrollment(enrollment=enrollment)
    page = text_of(browse(enrollment.student).get(f"/learn/{enrollment.pk}"))
    assert "The card payment is disputed" in page
    assert "Module 1" in page
    assert "Leave this course" not in page


def test_the_number_of_queries_of_the_course_page_is_constant(django_assert_max_num_queries):
    counts = []
    for modules in (2, 12):
        enrollment = taught(modules=modules, sessions=1)
        a_session(enrollment)
        browser = browse(enrollment.student)
        browser.get(f"/learn/{enrollment.pk}")
        with django_assert_max_num_queries(18) as found:
            browser.get(f"/learn/{enrollment.pk}")
        counts.append(len(found))

    assert counts[0] == counts[1]


def test_a_completed_course_shows_its_certificate():
    enrollment = completed()
    hold(enrollment, 0)
    page = text_of(browse(enrollment.student).get(f"/learn/{enrollment.pk}"))
    assert "Certificate of completion" in page
    assert "Mark as done" not in page
    assert "Leave this course" not in page
