"""The creator's home."""

import pytest

from accounts.models import User
from catalog.models import Course
from tests.cast import a_course, a_member, browse

pytestmark = pytest.mark.django_db


def clara() -> User:
    """A creator whose payout account is ready."""
    return a_member(
        "Clara Creator",
        is_creator=True,
        stripe_account_id="acct_clara",
        stripe_account_status=User.PayoutAccount.ACTIVE,
        stripe_payouts_enabled=True,
    )


def publish(user: User, course: Course, value: str):
    address = f"/create/courses/{course.pk}/publication"
    return browse(user).post(
        address, {"publish": value}, headers={"Referer": "http://testserver/create"}
    )


def test_a_creator_sees_the_own_courses_with_their_state():
    creator = clara()
    a_course(creator, title="Bread", student_count=4)
    a_course(creator, title="Draft", published=False)
    a_course(title="Somebody else's")

    page = browse(creator).get("/create").content.decode()

    assert all(words in page for words in ("Bread", "Draft", "Published", "4 students"))
    assert "Somebody else" not in page


def test_others_are_told_that_it_is_not_for_them():
    assert browse(a_member()).get("/create").status_code == 403
    assert browse().get("/create").status_code == 302


def test_publishing_and_taking_off():
    creator = clara()
    course = a_course(creator, published=False)

    assert publish(creator, course, "1").status_code == 302
    assert Course.objects.get(pk=course.pk).status == "published"
    assert publish(creator, course, "0").status_code == 302
    assert Course.objects.get(pk=course.pk).status == "draft"


def test_what_is_missing_is_said_on_the_page():
    creator = clara()
    course = a_course(creator, published=False, modules=0)

    answer = browse(creator).post(
        f"/create/courses/{course.pk}/publication",
        {"publish": "1"},
        headers={"Referer": "http://testserver/create"},
        follow=True,
    )
    assert "needs at least one module" in answer.content.decode()
    assert Course.objects.get(pk=course.pk).status == "draft"


def test_a_strangers_course_is_not_there():
    course = a_course(published=False)

    assert publish(clara(), course, "1").status_code == 404


@pytest.mark.parametrize("number", [1, 20])
def test_it_costs_the_same_for_any_number_of_courses(number, django_assert_num_queries):
    creator = clara()
    for _ in range(number):
        a_course(creator)
    client = browse(creator)
    client.get("/create")  # the side of the menu is now the creator's

    # Session, member, roles, courses, two counts, menus.
    with django_assert_num_queries(7):
        client.get("/create")
