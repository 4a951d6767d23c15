"""Requests for courses over the API: the same access and limits as on pages (rule REQ-1)."""

import pytest

from catalog.content_requests.actions import decide_request, request_course
from catalog.models import ContentRequest
from catalog.tests.people import AT
from peerloop.kit.ids import uuid7
from tests.cast import a_member, api

pytestmark = pytest.mark.django_db
PATH = "/api/v1/content-requests"
WISH = {"title": "Bread without an oven", "reason": "Many of us cook on a single plate."}


@pytest.fixture
def sam():
    return a_member("Sam Student")


@pytest.fixture
def wish(sam):
    return request_course(by=sam, at=AT, **WISH)


def ask(user, **changed):
    return api(user).post(PATH, WISH | changed, format="json")


def test_a_member_asks_and_everybody_reads_it_without_the_name(sam):
    assert ask(sam).status_code == 201

    answer = api().get(PATH)

    [row] = answer.json()["requests"]
    assert (row["title"], row["vote_count"], row["is_voted"]) == (WISH["title"], 1, False)
    assert sam.name not in answer.content.decode()
    assert str(sam.pk) not in answer.content.decode()
    assert api(sam).get(PATH).json()["requests"][0]["is_voted"] is True


def test_a_vote_counts_once_and_is_taken_back_once(wish):
    other = api(a_member("Olga Other"))

    for method, votes in ((other.put, 2), (other.put, 2), (other.delete, 1), (other.delete, 1)):
        answer = method(f"{PATH}/{wish.pk}/vote")
        assert (answer.status_code, answer.json()["vote_count"]) == (200, votes)


def test_most_wanted_come_first(wish):
    other = a_member("Olga Other")
    loved = request_course(by=other, at=AT, title="Bread for fifty", reason=WISH["reason"])
    api(a_member("Vic Voter")).put(f"{PATH}/{loved.pk}/vote")

    assert [row["id"] for row in api().get(PATH).json()["requests"]] == [
        str(loved.pk),
        str(wish.pk),
    ]


def test_the_same_wish_again_is_refused_by_its_title(wish):
    answer = ask(a_member("Olga Other"), title=WISH["title"].upper())

    assert (answer.status_code, answer.json()["code"]) == (409, "asked_already")
    assert "title" in answer.json()["fields"]


def test_three_wishes_a_month_are_enough(sam):
    for number in range(3):
        assert ask(sam, title=f"{WISH['title']} {number}").status_code == 201

    answer = ask(sam)

    assert (answer.status_code, answer.json()["code"]) == (422, "enough_asked")
    assert ContentRequest.objects.count() == 3


@pytest.mark.parametrize(("field", "value"), [("title", "Bread"), ("reason", "Because.")])
def test_a_wish_says_something(sam, field, value):
    answer = ask(sam, **{field: value})

    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [field]


def test_a_decided_wish_takes_no_votes_and_says_why(wish):
    admin = a_member("Ada Admin", is_admin=True)
    decide_request(request=wish, status="declined", answer="Not this year.", by=admin, at=AT)

    assert api(a_member("Olga Other")).put(f"{PATH}/{wish.pk}/vote").status_code == 409
    assert api().get(PATH).json()["total"] == 0
    [row] = api().get(f"{PATH}?show=declined").json()["requests"]
    assert row["answer"] == "Not this year."


def test_visitors_only_read(wish):
    assert api().post(PATH, WISH, format="json").status_code == 401
    assert api().put(f"{PATH}/{wish.pk}/vote").status_code == 401


def test_who_has_not_confirmed_an_address_only_reads(wish):
    una = a_member("Una", verified=False)

    assert ask(una, title="Something else entirely").status_code == 403
    assert api(una).put(f"{PATH}/{wish.pk}/vote").status_code == 403


def test_an_unknown_wish_is_not_found(sam):
    assert api(sam).put(f"{PATH}/{uuid7()}/vote").status_code == 404
    assert api(sam).put(f"{PATH}/none/vote").status_code == 404
