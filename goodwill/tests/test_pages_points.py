"""The page of a member's goodwill, and the leaderboard."""

from datetime import timedelta

import pytest

from goodwill.models import Reason
from goodwill.points.actions.moving import mint
from goodwill.points.ranking import order_members
from goodwill.tests.people import AT, a_helper, earn, goodwill_of, ledger_of
from learning.models import StudentTeacher
from peerloop.kit import clock
from scheduling.tests.people import a_session
from tests.cast import a_course, a_member, an_enrollment, browse

pytestmark = pytest.mark.django_db


def page(user, path="/goodwill"):
    answer = browse(user).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_who_has_no_points_sees_how_to_earn_the_first_ones():
    text = page(a_member())
    assert "You have no points yet" in text
    assert "Answer a question" in text
    assert "500 points to community helper" in text


def test_each_movement_says_how_it_came():
    course = a_course()
    tom = a_helper(course)
    mint(
        to=tom,
        by=a_member("Sam Student"),
        points=15,
        reason=Reason.SUMMON_HELP,
        cause="summons:1",
        course=course,
        at=AT,
    )
    earn(tom, 500)
    text = page(tom)
    assert "Helped when called" in text
    assert "Sam Student" in text
    assert course.title in text
    assert "You are a community helper" in text
    assert "485 points to trusted helper" in text


def test_older_movements_are_a_page_further():
    tom = a_helper()
    for number in range(25):
        earn(tom, number + 1, at=AT + timedelta(minutes=number))
    first = page(tom)
    assert first.count("Corrected by") == 20
    older = first.split('href="?before=')[1].split('"')[0]
    second = page(tom, f"/goodwill?before={older}")
    assert second.count("Corrected by") == 5
    assert "Show older ones" not in second
    assert "Corrected by" in page(tom, "/goodwill?before=nonsense")


def test_the_leaderboard_shows_public_profiles_by_what_they_earned():
    at = clock.now()
    order = []
    for name, points, is_public in (
        ("Ann Aster", 20, True),
        ("Ben Birch", 25, True),
        ("Cy Closed", 25, False),
    ):
        order.append(a_helper(name=name, privacy_public=is_public))
        call = {"reason": Reason.SUMMON_HELP, "cause": f"summons:{name}", "at": at}
        mint(to=order[-1], by=a_member(), points=points, **call)
    old = a_helper(name="Old Oak", privacy_public=True)
    call = {"reason": Reason.SUMMON_HELP, "cause": "summons:old", "at": at - timedelta(days=40)}
    mint(to=old, by=a_member(), points=25, **call)
    earn(old, 900, at=at)
    order_members(at=at)
    month = page(a_member(), "/leaderboard")
    assert month.index("Ben Birch") < month.index("Ann Aster")
    assert "Cy Closed" not in month
    assert "Old Oak" not in month
    ever = page(a_member(), "/leaderboard?span=all")
    assert ever.index("Old Oak") < ever.index("Ben Birch")
    order[1].privacy_public = False
    order[1].save()
    assert "Ben Birch" not in page(old, "/leaderboard")


def test_ordering_twice_leaves_one_ranking():
    tom = a_helper(privacy_public=True)
    earn(tom, 10, at=clock.now())
    for _ in range(2):
        order_members(at=clock.now())
    assert page(tom, "/leaderboard?span=all").count("10 points") == 1


def a_makeup(ended_at, kind="makeup"):
    course = a_course()
    teacher = a_helper(course)
    enrollment = an_enrollment(course=course, teacher=StudentTeacher.objects.get(user=teacher))
    start = ended_at - timedelta(hours=1)
    given = {"status": "completed", "ended_at": ended_at, "completion_source": "teacher"}
    return a_session(enrollment, start=start, kind=kind, **given)


def test_a_student_thanks_for_a_makeup_session_on_its_page_once():
    session = a_makeup(clock.now() - timedelta(hours=2))
    path = f"/sessions/{session.pk}/thank"
    assert path in page(session.student, f"/sessions/{session.pk}")
    assert path not in page(session.teacher, f"/sessions/{session.pk}")
    assert "gets 30 points" in page(session.student, path)
    answer = browse(session.student).post(path, follow=True)
    assert "You thanked with 30 points" in answer.content.decode()
    assert ledger_of(session.teacher) == [("remedial_volunteer", 30)]
    assert path not in page(session.student, f"/sessions/{session.pk}")
    answer = browse(session.student).post(path, follow=True)
    assert "There is no make-up session" in answer.content.decode()
    assert goodwill_of(session.teacher).balance == 30


def test_thanks_for_a_makeup_session_are_the_students_and_of_a_week():
    session = a_makeup(clock.now() - timedelta(days=8))
    path = f"/sessions/{session.pk}/thank"
    assert path not in page(session.student, f"/sessions/{session.pk}")
    assert browse(session.student).get(path).status_code == 409
    assert browse(session.teacher).get(path).status_code == 404


def test_a_session_that_makes_up_for_none_is_not_thanked_for():
    session = a_makeup(clock.now() - timedelta(hours=2), kind="course")
    path = f"/sessions/{session.pk}/thank"
    assert path not in page(session.student, f"/sessions/{session.pk}")
    assert browse(session.student).post(path, follow=True).status_code == 200
    assert not ledger_of(session.teacher)
