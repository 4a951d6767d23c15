"""The address of a join opens our own room in an app's web view, once, without signing in."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client
from redis.exceptions import ConnectionError as Away
from rest_framework.test import APIClient

from accounts.identity.actions.tokens import issue_tokens
from accounts.models import User
from scheduling import local_room
from scheduling.tests.people import MONDAY_TEN
from scheduling.tests.rooms import a_lesson
from tests.cast import a_member, browse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_ten():
    with time_machine.travel(MONDAY_TEN, tick=False):
        yield


@pytest.fixture
def lesson():
    return a_lesson()


def app_of(user: User) -> APIClient:
    """The member's app, signed in by a token of its own."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {issue_tokens(user=user).access}")
    return client


def joined(app: APIClient, lesson) -> str:
    """The path and query of the address that a join gave."""
    answer = app.post(f"/api/v1/sessions/{lesson.pk}/join")
    assert answer.status_code == 200, answer.content
    return answer.json()["join_url"].removeprefix("http://localhost:8000")


def test_the_address_of_a_join_opens_the_room_in_a_web_view(lesson):
    app, web_view = app_of(lesson.student), Client()
    other = f"/sessions/{lesson.pk}"

    page = web_view.get(joined(app, lesson), follow=True)

    assert page.redirect_chain == [(f"/sessions/{lesson.pk}/room", 302)]
    assert "data-room" in page.content.decode()
    assert lesson.teacher.name in page.content.decode()
    assert page["Cache-Control"].find("no-store") >= 0
    assert "camera=(self)" in page["Permissions-Policy"]
    ticket = web_view.get(f"/sessions/{lesson.pk}/room/ticket").json()["ticket"]
    assert local_room.read_ticket(ticket).user_id == lesson.student_id
    # It is the room alone that is open.
    for path in (other, f"{other}/join", "/dashboard"):
        assert web_view.get(path).url.startswith("/login")


def test_the_address_works_once_and_for_two_minutes(lesson):
    app = app_of(lesson.student)
    once, late = joined(app, lesson), joined(app, lesson)

    assert Client().head(once).status_code == 405
    assert Client().get(once).status_code == 302
    again = Client().get(once)
    assert again.status_code == 410
    assert "Join the session again" in again.content.decode()
    with time_machine.travel(MONDAY_TEN + timedelta(seconds=121), tick=False):
        assert Client().get(late).status_code == 410


def test_the_token_endpoint_gives_such_an_address_too(lesson):
    answer = app_of(lesson.teacher).post(
        "/api/v1/video/token", {"session_id": str(lesson.pk)}, format="json"
    )

    address = answer.json()["join_url"].removeprefix("http://localhost:8000")
    assert Client().get(address, follow=True).status_code == 200


def test_signing_the_app_out_closes_its_room(lesson):
    app, web_view = app_of(lesson.student), Client()
    unused = joined(app, lesson)
    web_view.get(joined(app, lesson))

    app.post("/api/v1/auth/logout")

    assert web_view.get(f"/sessions/{lesson.pk}/room").url.startswith("/login")
    assert web_view.get(f"/sessions/{lesson.pk}/room/ticket").url.startswith("/login")
    assert Client().get(unused).status_code == 410


def test_the_way_in_to_one_room_opens_no_other(lesson):
    other = a_lesson()
    web_view = Client()
    way_in = joined(app_of(lesson.student), lesson)
    elsewhere = f"/sessions/{other.pk}/room/enter?{urlsplit(way_in).query}"
    socket = app_of(lesson.student).post(
        "/api/v1/video/token", {"session_id": str(lesson.pk)}, format="json"
    )

    assert web_view.get(elsewhere).status_code == 410
    for wrong in ("", "rubbish", socket.json()["token"]):
        path = f"/sessions/{lesson.pk}/room/enter"
        assert web_view.get(path, {"pass": wrong}).status_code == 410
    web_view.get(way_in)
    web_view.cookies["peerloop_room"]["path"] = "/"
    assert web_view.get(f"/sessions/{other.pk}/room").url.startswith("/login")


def test_a_participant_who_is_signed_in_here_comes_first(lesson):
    browser = browse(lesson.teacher)
    joined(app_of(lesson.teacher), lesson)
    browser.get(joined(app_of(lesson.student), lesson))

    ticket = browser.get(f"/sessions/{lesson.pk}/room/ticket").json()["ticket"]
    assert local_room.read_ticket(ticket).user_id == lesson.teacher_id

    stranger = browse(a_member("Olga"))
    stranger.get(joined(app_of(lesson.student), lesson))
    ticket = stranger.get(f"/sessions/{lesson.pk}/room/ticket").json()["ticket"]
    assert local_room.read_ticket(ticket).user_id == lesson.student_id


def test_without_redis_nobody_enters_twice(lesson, monkeypatch):
    class NoRedis:
        def set(self, *args, **more):
            raise Away("away")

    way_in = joined(app_of(lesson.student), lesson)
    monkeypatch.setattr("scheduling.views.room_entry.redis_client", NoRedis)

    assert Client().get(way_in).status_code == 503
