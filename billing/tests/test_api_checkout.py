"""Buying over the API: three spellings, one operation."""

import json

import pytest

from billing.models import CheckoutSession
from billing.tests.stage import Away
from learning.models import Enrollment
from tests.cast import a_course, a_member, a_teacher, an_enrollment, api

pytestmark = pytest.mark.django_db
NOBODY = "9e4b3f3e-1111-7000-8000-000000000000"


@pytest.fixture
def course():
    return a_course()


@pytest.fixture
def tom(course):
    return a_teacher(course).user


@pytest.fixture
def sam():
    return a_member()


def enroll(client, course_id, **body):
    return client.post(f"/api/v1/courses/{course_id}/enroll", body, format="json")


def create(client, course_id, **body):
    body = {"course_id": str(course_id), **body}
    return client.post("/api/v1/checkout/create", body, format="json")


def session(client, course_id, **body):
    body = {"course_id": str(course_id), **body}
    return client.post("/api/checkout/session", body, format="json")


WAYS = [enroll, create, session]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["student_teacher_id", "st_id"])
def test_each_way_opens_a_page(course, tom, sam, way, name):
    answer = way(api(sam), course.pk, **{name: str(tom.pk)})

    assert answer.status_code == 200
    checkout = CheckoutSession.objects.get()
    assert answer.json() == {
        "checkout_url": checkout.url,
        "session_id": checkout.stripe_session_id,
    }
    assert checkout.teacher == tom
    assert not Enrollment.objects.exists()


def test_the_three_ways_lead_to_the_same_page(course, tom, sam):
    assert len({way(api(sam), course.pk).json()["session_id"] for way in WAYS}) == 1


@pytest.mark.parametrize("way", WAYS)
def test_a_visitor_signs_in_first(course, tom, way):
    assert way(api(), course.pk).status_code == 401


@pytest.mark.parametrize("way", WAYS)
def test_refusals_name_code_and_field(course, tom, sam, way):
    client = api(sam)
    assert way(client, NOBODY).status_code == 404
    draft = a_course(published=False)
    assert way(client, draft.pk).status_code == 404
    wrong = way(client, course.pk, student_teacher_id=NOBODY)
    assert (wrong.status_code, wrong.json()["code"]) == (400, "teacher_not_eligible")
    assert "student_teacher_id" in wrong.json()["fields"]
    other = way(client, course.pk, st_id=str(a_member().pk))
    assert "st_id" in other.json()["fields"]
    for body in ({"st_id": "tom"}, {"student_teacher_id": 5.5}, {"price_cents": 1}):
        answer = way(client, course.pk, **body)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
        assert set(answer.json()["fields"]) == set(body)
    two = way(client, course.pk, st_id=str(tom.pk), student_teacher_id=NOBODY)
    assert "st_id" in two.json()["fields"]
    an_enrollment(sam, course)
    again = way(client, course.pk)
    assert (again.status_code, again.json()["code"]) == (409, "already_enrolled")


def test_an_id_that_is_none(course, tom, sam):
    assert enroll(api(sam), "prompting").status_code == 404
    assert create(api(sam), "prompting").status_code == 400
    missing = api(sam).post("/api/v1/checkout/create", {}, format="json")
    assert (missing.status_code, list(missing.json()["fields"])) == (400, ["course_id"])


@pytest.mark.parametrize("body", ["[]", '"x"', "{", '{"course_id": NaN}', "null"])
def test_a_body_that_is_no_object(sam, body):
    answer = api(sam).post("/api/v1/checkout/create", body, content_type="application/json")
    assert answer.status_code == 400


def test_unverified_members_read_what_to_do(course, tom):
    answer = enroll(api(a_member(verified=False)), course.pk)
    assert (answer.status_code, answer.json()["code"]) == (403, "email_unverified")


@pytest.mark.parametrize(
    ("who", "status"), [("creator", 400), ("teacher", 400), ("admin", 200), ("moderator", 200)]
)
def test_other_roles(course, tom, who, status):
    people = {
        "creator": course.creator,
        "teacher": tom,
        "admin": a_member(is_admin=True),
        "moderator": a_member(is_moderator=True),
    }
    assert enroll(api(people[who]), course.pk).status_code == status


def test_the_same_key_gives_the_same_answer(course, tom, sam):
    client, url = api(sam), f"/api/v1/courses/{course.pk}/enroll"
    headers = {"Idempotency-Key": "enroll-1"}
    first = client.post(url, {}, format="json", headers=headers)
    again = client.post(url, {}, format="json", headers=headers)
    other = client.post(url, {"st_id": str(tom.pk)}, format="json", headers=headers)

    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 422)
    assert json.loads(first.content) == json.loads(again.content)


def test_with_the_provider_away_nothing_is_enrolled(course, tom, sam, monkeypatch):
    monkeypatch.setattr("billing.actions.checkout.payments", Away)
    answer = enroll(api(sam), course.pk)
    assert (answer.status_code, answer.json()["code"]) == (503, "payment_unavailable")
    assert not Enrollment.objects.exists()
