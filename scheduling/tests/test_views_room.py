"""The room: pages, API, roles and refusals."""

import pytest
import time_machine

from scheduling.models import Session
from scheduling.tests.people import MONDAY_TEN
from scheduling.tests.rooms import (
    BrokenVideo,
    a_lesson,
    a_running_lesson,
    at,
    held_lesson,
    video_is,
)
from tests.cast import a_member, api, browse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_ten():
    with time_machine.travel(MONDAY_TEN, tick=False):
        yield


def test_joining_over_the_api_gives_an_address():
    lesson = a_lesson()

    answer = api(lesson.student).post(f"/api/v1/sessions/{lesson.pk}/join")

    assert answer.status_code == 200
    assert f"/sessions/{lesson.pk}/room/enter?pass=" in answer.json()["join_url"]


def test_the_token_endpoint_joins_with_another_answer():
    lesson = a_lesson()

    answer = api(lesson.teacher).post(
        "/api/v1/video/token", {"session_id": str(lesson.pk)}, format="json"
    )

    assert answer.status_code == 200
    body = answer.json()
    assert body["room_id"] == f"peerloop-session-{lesson.pk}"
    assert body["token"]
    assert body["join_url"]
    assert Session.objects.get(pk=lesson.pk).status == "in_progress"


@pytest.mark.parametrize("number", [-16, 60])
def test_outside_the_window_the_answer_says_when(number):
    lesson = a_lesson()

    with at(number):
        answer = api(lesson.student).post(f"/api/v1/sessions/{lesson.pk}/join")

    assert answer.status_code == 403
    assert answer.json()["code"] == "not_joinable"
    assert answer.json()["joinable_at"] == "2026-05-04T09:45:00Z"


def test_a_cancelled_session_is_a_clash():
    lesson = a_lesson(status="cancelled", cancelled_at=MONDAY_TEN)

    assert api(lesson.student).post(f"/api/v1/sessions/{lesson.pk}/join").status_code == 409


def test_a_video_server_that_is_down_is_explained(monkeypatch):
    lesson = a_lesson()

    with video_is(monkeypatch, BrokenVideo()):
        answer = api(lesson.student).post(f"/api/v1/sessions/{lesson.pk}/join")
        page = browse(lesson.student).post(f"/sessions/{lesson.pk}/join")

    assert answer.status_code == 503
    assert "Nothing is lost" in answer.json()["detail"]
    assert page.status_code == 503
    assert "Nothing is lost" in page.content.decode()
    assert "Try again" in page.content.decode()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("post", "/api/v1/sessions/{}/join", {}),
        ("post", "/api/v1/sessions/{}/assessment", {"rating": 5}),
        ("post", "/api/v1/sessions/{}/completion", {}),
    ],
)
def test_strangers_find_nothing_and_visitors_must_sign_in(method, path, body):
    lesson = a_lesson()

    for user, status in ((a_member("Olga"), 404), (None, 401)):
        assert (
            getattr(api(user), method)(path.format(lesson.pk), body, format="json").status_code
            == status
        )
    for wrong in ("nonsense", "00000000-0000-0000-0000-000000000000"):
        assert (
            getattr(api(lesson.student), method)(
                path.format(wrong), body, format="json"
            ).status_code
            == 404
        )


@pytest.mark.parametrize("session_id", [None, "", "x", 3, "00000000-0000-0000-0000-000000000000"])
def test_a_token_for_no_session_is_refused(session_id):
    answer = api(a_member()).post("/api/v1/video/token", {"session_id": session_id}, format="json")

    assert answer.status_code in (400, 404)


def test_the_creator_may_look_but_not_join():
    lesson = a_lesson()
    clara = lesson.course.creator

    assert api(clara).post(f"/api/v1/sessions/{lesson.pk}/join").status_code == 404
    assert browse(clara).get(f"/sessions/{lesson.pk}").status_code == 200
    assert browse(clara).get(f"/sessions/{lesson.pk}/join").status_code == 404


def test_the_pages_of_a_session_are_for_its_people():
    lesson = a_running_lesson()

    for path in ("", "/join", "/room", "/room/ticket", "/recording"):
        assert browse(a_member("Olga")).get(f"/sessions/{lesson.pk}{path}").status_code == 404
        visitor = browse().get(f"/sessions/{lesson.pk}{path}")
        assert visitor.status_code == 302
        assert visitor["Location"].startswith("/login?next=")


def test_before_the_window_the_page_says_when_and_the_button_is_disabled():
    lesson = a_lesson()

    with at(-120):
        page = browse(lesson.student).get(f"/sessions/{lesson.pk}").content.decode()

    assert "Join opens at" in page
    assert "Before you start" in page
    assert f"/sessions/{lesson.pk}/reschedule" in page
    assert 'data-hx-trigger="every 15s"' in page


def test_the_button_is_enabled_with_the_window():
    lesson = a_lesson()
    browser = browse(lesson.student)
    with at(-16):
        asleep = browser.get(f"/sessions/{lesson.pk}").content.decode()
        seen = asleep.partition("?seen=")[2].partition('"')[0]
        same = browser.get(f"/sessions/{lesson.pk}?seen={seen}", headers={"HX-Request": "true"})
    with at(-15):
        awake = browser.get(f"/sessions/{lesson.pk}?seen={seen}", headers={"HX-Request": "true"})

    assert same.status_code == 204
    assert "Join the session" not in asleep
    assert "Join the session" in awake.content.decode()
    assert "<html" not in awake.content.decode()


def test_joining_leads_into_the_room():
    lesson = a_lesson()
    browser = browse(lesson.student)

    door = browser.get(f"/sessions/{lesson.pk}/join")
    assert Session.objects.get(pk=lesson.pk).status == "scheduled"
    joined = browser.post(f"/sessions/{lesson.pk}/join")
    room = browser.get(f"/sessions/{lesson.pk}/room")

    assert door.status_code == 200
    assert joined["Location"] == f"/sessions/{lesson.pk}/room"
    assert room.status_code == 200
    for page in (door, room):
        assert "camera=(self)" in page["Permissions-Policy"]
    assert browser.get(f"/sessions/{lesson.pk}/room/ticket").json()["ticket"]


def test_nobody_enters_the_room_without_joining():
    lesson = a_lesson()
    browse(lesson.teacher).post(f"/sessions/{lesson.pk}/join")
    browser = browse(lesson.student)

    assert browser.get(f"/sessions/{lesson.pk}/room")["Location"].endswith("/join")
    assert browser.get(f"/sessions/{lesson.pk}/room/ticket").status_code == 409


def test_another_video_server_is_reached_by_a_link(monkeypatch, settings):
    from scheduling.tests.rooms import FakeVideo

    settings.VIDEO_PROVIDER = "bigbluebutton"
    lesson = a_lesson()

    with video_is(monkeypatch, FakeVideo()):
        page = browse(lesson.student).post(f"/sessions/{lesson.pk}/join")

    assert page.status_code == 200
    assert f'href="https://video.example/{lesson.student_id}"' in page.content.decode()


def test_joining_a_finished_session_leads_back():
    lesson = held_lesson()

    with at(56):
        answer = browse(lesson.student).get(f"/sessions/{lesson.pk}/join")

    assert answer["Location"] == f"/sessions/{lesson.pk}"


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"status": "no_show", "no_show_party": "student"},
        {"status": "no_show", "no_show_party": "both"},
        {"status": "cancelled", "cancelled_at": MONDAY_TEN, "cancel_reason": "ill"},
    ],
)
@pytest.mark.parametrize("number", [-300, 0, 90])
def test_every_state_has_a_page_for_everybody(change, number):
    lesson = a_lesson(**change)
    people = [lesson.student, lesson.teacher, lesson.course.creator]

    for person in [*people, a_member("Ada", is_admin=True)]:
        with at(number):
            page = browse(person).get(f"/sessions/{lesson.pk}")
            assert page.status_code == 200
            assert page.content.decode().count("<h1") == 1


def test_the_page_of_a_session_costs_few_statements(django_assert_max_num_queries):
    lesson = held_lesson()
    browser = browse(lesson.student)

    with at(60), django_assert_max_num_queries(16):
        page = browser.get(f"/sessions/{lesson.pk}").content.decode()

    assert "You were together for" in page
    assert "How was it?" in page
