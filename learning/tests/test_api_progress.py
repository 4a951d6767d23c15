"""Content and marks over the API."""

import pytest

from learning.actions import close_enrollment
from learning.queries import modules_of
from learning.tests.people import AT, completed, hold, taught
from tests.cast import a_course, a_member, a_teacher, an_enrollment, api

pytestmark = pytest.mark.django_db


def content_of(enrollment, user):
    return api(user).get(f"/api/v1/enrollments/{enrollment.pk}/content")


def patch(enrollment, module_id, body, user=None):
    return api(user or enrollment.student).patch(
        f"/api/v1/enrollments/{enrollment.pk}/modules/{module_id}", body, format="json"
    )


def test_the_student_reads_the_content():
    enrollment = taught(modules=2, sessions=1)

    answer = content_of(enrollment, enrollment.student)

    assert answer.status_code == 200
    body = answer.json()
    assert body["course"]["id"] == str(enrollment.course_id)
    assert [row["title"] for row in body["modules"]] == ["Module 1", "Module 2"]
    assert body["modules"][0] == {
        "id": str(modules_of(enrollment)[0].pk),
        "title": "Module 1",
        "description": "",
        "duration": "",
        "video_url": None,
        "document_url": None,
        "is_complete": False,
        "is_delivered": True,
    }


def test_nobody_else_does():
    enrollment = taught()
    other = an_enrollment(a_member(), enrollment.course).student
    people = [a_member("Olga"), other, a_member("Mo", is_moderator=True)]
    assert [content_of(enrollment, person).status_code for person in people] == [404] * 3
    assert content_of(enrollment, None).status_code == 401
    assert api(other).get("/api/v1/enrollments/nonsense/content").status_code == 404


def test_a_cancelled_one_is_closed():
    enrollment = taught()
    close_enrollment(enrollment=enrollment, by=None, reason="", at=AT)
    assert content_of(enrollment, enrollment.student).status_code == 403


@pytest.mark.parametrize("modules", [2, 20])
def test_the_content_costs_the_same_whatever_its_length(modules, django_assert_num_queries):
    enrollment = taught(modules=modules, sessions=1)
    client = api(enrollment.student)
    with django_assert_num_queries(4):  # sign-in, enrollment, and two for the modules
        client.get(f"/api/v1/enrollments/{enrollment.pk}/content")


def test_marking_follows_the_session():
    enrollment = taught(modules=2)
    module = modules_of(enrollment)[0]

    early = patch(enrollment, module.pk, {"is_complete": True})
    assert (early.status_code, early.json()["code"]) == (409, "session_missing")
    assert early.json()["missing"] == ["session"]

    hold(enrollment, 1)
    for _ in range(2):
        answer = patch(enrollment, module.pk, {"is_complete": True})
        assert answer.status_code == 200
        assert answer.json()["progress_percent"] == 50
    assert patch(enrollment, module.pk, {"is_complete": False}).json()["progress_percent"] == 0


@pytest.mark.parametrize(
    "body", [{}, {"is_complete": "true"}, {"is_complete": 1}, {"is_complete": None}]
)
def test_a_mark_is_a_boolean(body):
    enrollment = taught(sessions=1)
    answer = patch(enrollment, modules_of(enrollment)[0].pk, body)
    assert answer.status_code == 400
    assert "is_complete" in answer.json()["fields"]


def test_strangers_and_strange_modules_are_missing():
    enrollment = taught(sessions=1)
    module = modules_of(enrollment)[0]
    foreign = a_course().modules.first()
    assert patch(enrollment, foreign.pk, {"is_complete": True}).status_code == 404
    assert patch(enrollment, "x", {"is_complete": True}).status_code == 404
    stranger = a_teacher(enrollment.course, name="Olga").user
    assert patch(enrollment, module.pk, {"is_complete": True}, stranger).status_code == 404


def test_a_completed_course_keeps_its_marks():
    enrollment = completed()
    answer = patch(enrollment, modules_of(enrollment)[0].pk, {"is_complete": False})
    assert answer.status_code == 409
