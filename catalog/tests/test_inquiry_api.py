"""Questions to creators over the API: the same access and limits as on pages."""

import pytest

from accounts.models import Email
from catalog.inquiries.actions import ask_creator
from catalog.models import Inquiry
from catalog.tests.people import AT, clara
from peerloop.kit.ids import uuid7
from tests.cast import a_course, a_member, api

pytestmark = pytest.mark.django_db
QUESTION = "Do I need an oven of my own for it?"


@pytest.fixture
def course():
    return a_course(clara())


@pytest.fixture
def sam():
    return a_member("Sam Student")


@pytest.fixture
def inquiry(course, sam):
    return ask_creator(course=course, text=QUESTION, by=sam, at=AT)


def ask(course, user=None, **body):
    path = f"/api/v1/courses/{course.pk}/inquiries"
    return api(user).post(path, {"text": QUESTION, **body}, format="json")


def write(user, inquiry, text):
    path = f"/api/v1/inquiries/{inquiry.pk}/messages"
    return api(user).post(path, {"text": text}, format="json")


def test_a_member_asks_and_the_creator_reads_it(course, sam):
    answer = ask(course, sam)
    assert answer.status_code == 201

    [row] = api(course.creator).get("/api/v1/inquiries").json()["inquiries"]

    assert row["id"] == answer.json()["id"]
    assert (row["asker"], row["text"], row["status"]) == (sam.name, QUESTION, "open")
    assert row["course"] == {"id": str(course.pk), "title": course.title}


def test_a_visitor_gives_a_name_and_an_address_and_gets_the_answer_by_mail(course):
    assert ask(course, name="Vera Visitor", email="vera@people.peerloop.test").status_code == 201

    write(course.creator, Inquiry.objects.get(), "No, a pan will do.")

    assert Email.objects.filter(to="vera@people.peerloop.test").exists()


@pytest.mark.parametrize("left_out", ["name", "email"])
def test_a_visitor_without_name_or_address_is_told_which(course, left_out):
    given = {"name": "Vera", "email": "vera@people.peerloop.test"}
    del given[left_out]

    answer = ask(course, **given)

    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [left_out]
    assert not Inquiry.objects.exists()


def test_the_fourth_question_within_an_hour_waits(course, sam, settings):
    settings.SIGN_IN_LIMITS = True
    for number in range(3):
        assert ask(course, sam, text=f"{QUESTION} {number}").status_code == 201

    answer = ask(course, sam)

    assert answer.status_code == 429
    assert "Retry-After" in answer.headers
    assert Inquiry.objects.count() == 3


def test_a_creator_does_not_ask_themselves(course):
    answer = ask(course, course.creator)

    assert (answer.status_code, answer.json()["code"]) == (409, "own_course")


def test_nobody_asks_about_a_draft(sam):
    assert ask(a_course(clara(), published=False), sam).status_code == 404


def test_both_sides_write_on_and_read_all_of_it(course, sam, inquiry):
    answered = write(course.creator, inquiry, "No, a pan will do.")
    assert (answered.status_code, answered.json()["status"]) == (201, "answered")

    asked_on = write(sam, inquiry, "And flour?").json()

    assert asked_on["status"] == "open"
    assert [(one["side"], one["body"]) for one in asked_on["messages"]] == [
        ("asker", QUESTION),
        ("creator", "No, a pan will do."),
        ("asker", "And flour?"),
    ]
    assert api(course.creator).get(f"/api/v1/inquiries/{inquiry.pk}").json() == asked_on


def test_the_same_words_sent_twice_stand_once(course, inquiry):
    for _ in range(2):
        answer = write(course.creator, inquiry, "No, a pan will do.")

    assert len(answer.json()["messages"]) == 2


def test_others_find_nothing(course, inquiry):
    other = a_member("Olga Other")
    at = f"/api/v1/inquiries/{inquiry.pk}"

    assert api(other).get(at).status_code == 404
    assert api(other).patch(at, {"status": "spam"}, format="json").status_code == 404
    assert write(other, inquiry, "Me too.").status_code == 404
    assert api(other).get(f"/api/v1/inquiries/{uuid7()}").status_code == 404
    assert api(other).get("/api/v1/inquiries").status_code == 403
    assert api(other).get("/api/v1/inquiries?side=asked").json()["inquiries"] == []


def test_who_asked_cannot_close_it(sam, inquiry):
    answer = api(sam).patch(f"/api/v1/inquiries/{inquiry.pk}", {"status": "closed"}, format="json")

    assert answer.status_code == 404
    inquiry.refresh_from_db()
    assert inquiry.is_open


def test_a_closed_question_stands_among_the_done_ones(course, inquiry):
    creator = api(course.creator)
    creator.patch(f"/api/v1/inquiries/{inquiry.pk}", {"status": "closed"}, format="json")

    assert creator.get("/api/v1/inquiries").json()["total"] == 0
    assert creator.get("/api/v1/inquiries?show=done").json()["inquiries"][0]["status"] == "closed"


def test_own_questions_are_listed(course, sam, inquiry):
    [row] = api(sam).get("/api/v1/inquiries?side=asked").json()["inquiries"]

    assert (row["id"], row["creator"]) == (str(inquiry.pk), course.creator.name)


def test_many_questions_need_as_many_statements(course, sam, django_assert_num_queries):
    def listed():
        return api(course.creator).get("/api/v1/inquiries").json()["total"]

    ask_creator(course=course, text=QUESTION, by=sam, at=AT)
    caller = api(course.creator)
    caller.get("/api/v1/inquiries")
    with django_assert_num_queries(4):
        caller.get("/api/v1/inquiries")
    for number in range(6):
        ask_creator(course=course, text=f"{QUESTION} {number}", by=sam, at=AT)
    with django_assert_num_queries(4):
        assert caller.get("/api/v1/inquiries").json()["total"] == 7
