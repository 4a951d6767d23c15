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


def test_a_creator_sees_their_courses_with_status():
    creator = clara()
    a_course(creator, title="Bread", student_count=4)
    a_course(creator, title="Draft", published=False)
    a_course(title="Somebody else's")

    page = browse(creator).get("/create").content.decode()

    assert all(words in page for words in ("Bread", "Draft", "Published", "4 students"))
    assert "Somebody else" not in page


def test_other_members_are_refused():
    assert browse(a_member()).get("/create").status_code == 403
    assert browse().get("/create").status_code == 302


def test_publishing_and_unpublishing():
    creator = clara()
    course = a_course(creator, published=False)

    assert publish(creator, course, "1").status_code == 302
    assert Course.objects.get(pk=course.pk).status == "published"
    assert publish(creator, course, "0").status_code == 302
    assert Course.objects.get(pk=course.pk).status == "draft"


def test_the_page_names_what_is_missing():
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


def test_an_incomplete_draft_says_what_it_lacks_instead_of_publish():
    creator = clara()
    a_course(creator, published=False, title="Half", modules=0, duration="")
    a_course(creator, published=False, title="Whole")

    page = " ".join(browse(creator).get("/create").content.decode().split())

    assert "Before it can be published: how long it takes, at least one module." in page
    assert page.count("Before it can be published") == 1
    assert page.count('name="publish" value="1"') == 1
    assert "Finish it" in page


def test_a_course_of_another_creator_gets_404():
    course = a_course(published=False)

    assert publish(clara(), course, "1").status_code == 404


@pytest.mark.parametrize("number", [1, 20])
def test_the_number_of_queries_is_constant(number, django_assert_num_queries):
    creator = clara()
    for _ in range(number):
        a_course(creator)
    client = browse(creator)
    client.get("/create")  # the first request stores the role of the menu

    # Session, member, roles, courses, two counts, menus.
    with django_assert_num_queries(9):
        client.get("/create")
