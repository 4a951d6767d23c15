"""/creators and /student-teachers as pages."""

from datetime import UTC, datetime

import pytest
import time_machine

from accounts.models import Expertise
from peerloop.kit import clock
from scheduling.actions.hours import WeeklyHours, set_hours
from tests.cast import a_course, a_member, a_teacher, browse

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def a_listed_teacher(name, course=None, *, free=False):
    user = a_member(
        name, is_student_teacher=True, has_hours=True, privacy_public=True, timezone="UTC"
    )
    a_teacher(course or a_course(), user)
    if free:
        weekly = [WeeklyHours(day, 600, 1080) for day in range(7)]
        set_hours(user=user, timezone="UTC", weekly=weekly, dates=[], at=clock.now())
    return user


def text(path, viewer=None):
    answer = browse(viewer).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_creators_are_found_by_name_and_expertise():
    clara = a_member("Clara Creator", is_creator=True, privacy_public=True)
    Expertise.objects.create(user=clara, tag="python")
    a_member("Bob Builder", is_creator=True, privacy_public=True)
    a_member("Paula Private", is_creator=True)

    page = text("/creators")
    assert f'href="/creators/{clara.handle}"' in page
    assert "Bob Builder" in page
    assert "2 creators" in page
    assert "Paula" not in page

    assert "Bob Builder" not in text("/creators?expertise=python")
    assert "come closest" in text("/creators?q=Clraa")
    assert "Clara Creator" in text("/creators?q=Clraa")
    assert "No creator fits that" in text("/creators?q=xyzzyx")


def test_teachers_are_found_by_course_and_free_time():
    course = a_course(title="Prompting well")
    tom = a_listed_teacher("Tom Teacher", course, free=True)
    a_listed_teacher("Tina Busy")

    page = text("/student-teachers")
    assert f'href="/student-teachers/{tom.handle}"' in page
    assert "Tina Busy" in page
    assert "No free time now" in page

    assert "Tina Busy" not in text(f"/student-teachers?course={course.slug}")
    assert "Tina Busy" not in text("/student-teachers?free=week")
    assert "Tom Teacher" in text("/student-teachers?free=week&q=Tom")
    assert "1 teacher" in text("/student-teachers?free=week")


@pytest.mark.parametrize("path", ["/creators", "/student-teachers"])
@pytest.mark.parametrize(
    "query", ["?page=x", "?page=0", "?page=99999999", "?q=%00", "?free=x&course=../x", "?q=%25"]
)
def test_invalid_filters_are_ignored(path, query):
    assert browse().get(f"{path}{query}").status_code in (200, 400)


@pytest.mark.parametrize(
    "path",
    [
        "/creators",
        "/creators?q=creatro",
        "/student-teachers",
        "/student-teachers?q=taecher",
        "/student-teachers?free=week",
    ],
)
def test_the_directories_need_few_statements(path, django_assert_max_num_queries):
    course = a_course()
    for number in range(20):
        a_listed_teacher(f"Teacher {number}", course, free=number % 2 == 0)
        a_member(f"Creator {number}", is_creator=True, privacy_public=True)

    visitor, member = browse(), browse(a_member())
    with django_assert_max_num_queries(7):
        visitor.get(path)
    with django_assert_max_num_queries(10):
        member.get(path)


def test_names_are_escaped():
    a_member("<script>alert(1)</script>", is_creator=True, privacy_public=True)

    page = text("/creators")

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page
