"""The learner's courses."""

from datetime import timedelta

import pytest
import time_machine

from learning.actions import close_enrollment, issue_certificate
from learning.actions.reviews import write_review
from learning.tests.people import AT, completed, taught
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


def test_a_completed_course_asks_for_a_review_until_there_is_one():
    enrollment = completed()
    studying = an_enrollment(enrollment.student, a_course())
    browser = browse(enrollment.student)

    before = text_of(browser.get("/learn"))
    said = {"about": "course", "rating": 5, "comment": "Clear and short."}
    write_review(enrollment=enrollment, by=enrollment.student, at=AT, **said)
    after = text_of(browser.get("/learn"))

    assert f"/learn/{enrollment.pk}/review" in before
    assert f"/learn/{studying.pk}/review" not in before
    assert f"/learn/{enrollment.pk}/review" not in after


@pytest.mark.parametrize("rows", [1, 6])
def test_the_number_of_queries_of_the_list_is_constant(rows, django_assert_num_queries):
    sam = a_member()
    for _ in range(rows):
        an_enrollment(sam, a_course())
    browser = browse(sam)
    with django_assert_num_queries(8):  # session, member, menus; courses, 2, 1, 1
        browser.get("/learn")
