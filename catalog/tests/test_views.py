"""Following a course from its page."""

import pytest

from catalog.models import CourseFollow
from tests.cast import a_course, a_member, browse

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


def test_following_works_without_script_and_with_htmx():
    course, sam = a_course(), a_member()
    address, client = f"/courses/{course.slug}/follow", browse(sam)

    answer = client.post(address, {"follow": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/courses/{course.slug}")
    assert CourseFollow.objects.filter(user=sam).exists()

    answer = client.post(address, {"follow": "0"}, headers=PART)
    assert "Follow this course" in answer.content.decode()
    assert not CourseFollow.objects.exists()


def test_visitors_sign_in_to_follow():
    course = a_course()

    answer = browse().post(f"/courses/{course.slug}/follow", {"follow": "1"})

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login?next=")
