"""The dashboard: one home for all roles."""

import pytest

from accounts.models import CreatorApplication
from tests.cast import a_course, a_member, a_teacher, an_enrollment, browse

pytestmark = pytest.mark.django_db


def test_a_newcomer_is_led_to_the_courses() -> None:
    page = browse(a_member("Nia New")).get("/dashboard").content.decode()

    assert "Find something to learn" in page


def test_a_student_without_a_booking_is_led_to_choose_a_time() -> None:
    enrollment = an_enrollment()

    page = browse(enrollment.student).get("/dashboard").content.decode()

    assert "Book your next session" in page
    assert f"/learn/{enrollment.pk}" in page


def test_a_teacher_sees_earnings_and_what_they_teach() -> None:
    row = a_teacher(a_course())

    page = browse(row.user).get("/dashboard").content.decode()

    assert "Released 7 days after the session" in page
    assert row.course.title in page


def test_an_admin_sees_what_waits() -> None:
    CreatorApplication.objects.create(user=a_member("Cleo Candidate"))

    page = browse(a_member("Ada Admin", is_admin=True)).get("/dashboard").content.decode()

    assert "Waiting for an admin" in page


def test_a_visitor_is_asked_to_sign_in() -> None:
    answer = browse().get("/dashboard")

    assert answer["Location"] == "/login?next=/dashboard"


@pytest.mark.parametrize("number", [1, 5])
def test_the_statements_do_not_grow_with_the_courses(number, django_assert_max_num_queries) -> None:
    sam = a_member("Sam Student")
    for _ in range(number):
        an_enrollment(sam)
    client = browse(sam)

    with django_assert_max_num_queries(12):
        client.get("/dashboard")


def test_who_gets_no_mail_any_more_is_led_to_another_address() -> None:
    page = browse(a_member(email_status="bounced")).get("/dashboard").content.decode()

    assert "Mail to you comes back" in page
    assert 'href="/settings/security/address"' in page
