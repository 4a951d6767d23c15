"""What a student expects, on the page of a session before it (rule RATE-8)."""

import pytest
import time_machine

from accounts.models import User
from learning.models import Expectations
from scheduling.models import Session
from scheduling.tests.people import NOW
from scheduling.tests.rooms import a_lesson
from tests.cast import a_member, a_teacher, browse

pytestmark = pytest.mark.django_db
GOAL = "Write reports that people read"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def lesson():
    row = a_lesson()
    Expectations.objects.create(enrollment=row.enrollment, goal=GOAL, timeline="By June")
    return row


def page(lesson: Session, user: User) -> str:
    return browse(user).get(f"/sessions/{lesson.pk}").content.decode()


def test_the_teacher_reads_before_the_session_what_the_student_expects(lesson):
    shown = page(lesson, lesson.teacher)

    assert "expects</h2>" in shown
    assert GOAL in shown
    assert "By June" in shown


def test_the_creator_and_admins_read_it_too(lesson):
    assert GOAL in page(lesson, lesson.course.creator)
    assert GOAL in page(lesson, a_member(is_admin=True))


def test_nothing_is_shown_while_nothing_is_said():
    lesson = a_lesson()

    assert "expects</h2>" not in page(lesson, lesson.teacher)


def test_once_the_session_is_over_its_page_does_not_repeat_it(lesson):
    lesson.status, lesson.cancelled_at = Session.Status.CANCELLED, NOW
    lesson.save()

    assert GOAL not in page(lesson, lesson.teacher)


def test_a_teacher_whom_the_student_left_does_not_read_it(lesson):
    enrollment, other = lesson.enrollment, a_teacher(lesson.course, name="Tina Teacher")
    enrollment.student_teacher, enrollment.teacher = other, other.user
    enrollment.save()

    assert GOAL not in page(lesson, lesson.teacher)
