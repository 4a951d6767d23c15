"""After a session, pages and API: rating, completing by hand, recordings."""

from datetime import timedelta

import pytest
import time_machine

from scheduling.models import Session, SessionAssessment
from scheduling.tests.people import MONDAY_TEN
from scheduling.tests.rooms import (
    a_lesson,
    at,
    held_lesson,
)
from tests.cast import api, browse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_ten():
    with time_machine.travel(MONDAY_TEN, tick=False):
        yield


def test_a_rating_is_given_once_and_hidden_until_both_gave_theirs():
    lesson = held_lesson()
    path = f"/api/v1/sessions/{lesson.pk}/assessment"
    with at(60):
        given = api(lesson.student).post(
            path, {"rating": 4, "comment": "Clear", "teaching": 5}, format="json"
        )
        again = api(lesson.student).post(path, {"rating": 5}, format="json")
        hidden = browse(lesson.teacher).get(f"/sessions/{lesson.pk}").content.decode()
        browse(lesson.teacher).post(
            f"/sessions/{lesson.pk}/rating", {"rating": "5", "comment": "Prepared"}
        )
        shown = browse(lesson.teacher).get(f"/sessions/{lesson.pk}").content.decode()

    assert given.status_code == 201
    assert given.json()["assessment"]["rating"] == 4
    assert again.status_code == 409
    assert "Clear" not in hidden
    assert "Clear" in shown
    rows = SessionAssessment.objects.all()
    assert {(row.rating, row.teaching) for row in rows} == {(4, 5), (5, None)}


def test_after_a_week_the_other_rating_shows_and_after_a_month_none_can_be_given():
    lesson = held_lesson()
    with at(60):
        api(lesson.student).post(
            f"/api/v1/sessions/{lesson.pk}/assessment", {"rating": 2}, format="json"
        )
    with time_machine.travel(MONDAY_TEN + timedelta(days=8), tick=False):
        shown = browse(lesson.teacher).get(f"/sessions/{lesson.pk}").content.decode()
    with time_machine.travel(MONDAY_TEN + timedelta(days=31), tick=False):
        late = api(lesson.teacher).post(
            f"/api/v1/sessions/{lesson.pk}/assessment", {"rating": 2}, format="json"
        )

    assert "2 of 5" in shown
    assert late.status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"rating": 0},
        {"rating": 6},
        {"rating": 4.5},
        {"rating": "great"},
        {"rating": None},
        {"rating": True},
        {"rating": 5, "comment": "x" * 2001},
        {"rating": 5, "comment": {"a": 1}},
        {"rating": 5, "materials": 9},
    ],
)
def test_an_invalid_rating_is_refused(body):
    lesson = held_lesson()

    with at(60):
        answer = api(lesson.student).post(
            f"/api/v1/sessions/{lesson.pk}/assessment", body, format="json"
        )

    assert answer.status_code == 400
    assert not SessionAssessment.objects.exists()


def test_only_a_completed_session_is_rated():
    lesson = a_lesson()

    answer = api(lesson.student).post(
        f"/api/v1/sessions/{lesson.pk}/assessment", {"rating": 5}, format="json"
    )

    assert answer.status_code == 409


def test_a_form_without_a_rating_comes_back_with_its_text():
    lesson = held_lesson()

    with at(60):
        page = browse(lesson.student).post(
            f"/sessions/{lesson.pk}/rating", {"comment": "Very clear"}
        )

    assert page.status_code == 422
    assert "Very clear" in page.content.decode()
    assert "Choose one of the five marks." in page.content.decode()


def test_completing_by_hand_over_api_and_page():
    for door in ("api", "page"):
        lesson = a_lesson()
        with at(61):
            if door == "api":
                path = f"/api/v1/sessions/{lesson.pk}/completion"
                answer = api(lesson.teacher).post(path)
                assert answer.json()["session"]["completion_source"] == "teacher"
                assert api(lesson.student).post(path).status_code == 403
            else:
                browser = browse(lesson.teacher)
                assert (
                    "Complete the session" in browser.get(f"/sessions/{lesson.pk}").content.decode()
                )
                browser.post(f"/sessions/{lesson.pk}/completion")
        assert Session.objects.get(pk=lesson.pk).status == "completed"


def test_before_the_end_completing_by_hand_is_refused():
    lesson = a_lesson()

    answer = api(lesson.teacher).post(f"/api/v1/sessions/{lesson.pk}/completion")

    assert (answer.status_code, answer.json()["code"]) == (409, "too_early")
