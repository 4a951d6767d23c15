"""Webhooks of video servers: signed, once, in any order (HOOK-1 to HOOK-3, contract X35)."""

import base64
import hashlib
import json
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urlsplit

import jwt
import pytest
from django.test import Client

from accounts.incoming.inbox import process_due
from accounts.models import WebhookEvent
from scheduling.local_room import room_id_of
from scheduling.models import AttendanceEvent, Session
from scheduling.providers import base
from scheduling.providers.bigbluebutton_hooks import end_callback
from scheduling.tasks import register_webhooks_again
from scheduling.tests.people import a_session, sam_and_tom
from scheduling.tests.rooms import BrokenVideo, FakeVideo, video_is

pytestmark = pytest.mark.django_db

SECRET = "a-secret-of-the-video-server-0123456789"


@pytest.fixture(autouse=True)
def _keys(settings):
    settings.BBB_SECRETS = [SECRET]
    settings.PLUGNMEET_API_KEY = "key"
    settings.PLUGNMEET_API_SECRETS = [SECRET]
    settings.BASE_URL = "https://peerloop.test"


@pytest.fixture
def client():
    return Client(enforce_csrf_checks=True)


def a_lesson_at(provider: str) -> Session:
    """A session that began half an hour ago at that video server; both clicked."""
    start = datetime.now(UTC) - timedelta(minutes=30)
    lesson = a_session(sam_and_tom(), start=start, status="in_progress", provider=provider)
    lesson.room_id = room_id_of(lesson.pk)
    lesson.save()
    for person in (lesson.teacher, lesson.student):
        AttendanceEvent.objects.create(
            session=lesson, user=person, kind="click", source="click", at=start
        )
    return lesson


def work() -> None:
    process_due(at=datetime.now(UTC) + timedelta(seconds=1))


def plugnmeet(client, name, lesson, *, minutes_ago=0, number="1", secret=SECRET, **more):
    stamp = str(int(time.time()) - int(minutes_ago * 60))
    room = {"room_id": lesson.room_id, "sid": "S1"}
    event = {"event": name, "room": room, "id": f"{name}-{number}", "created_at": stamp, **more}
    body = json.dumps(event).encode()
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    claims = {"iss": "key", "exp": int(time.time()) + 300, "sha256": digest}
    token = jwt.encode(claims, secret, "HS256")
    return client.post(
        "/api/webhooks/plugnmeet",
        body,
        content_type="application/webhook+json",
        headers={"Authorization": token},
    )


def person(user, sid="PA"):
    return {"participant": {"identity": str(user.pk), "sid": f"{sid}-{user.pk}"}}


def test_events_of_plugnmeet_complete_a_session(client):
    lesson = a_lesson_at("plugnmeet")
    tom, sam = lesson.teacher, lesson.student
    answers = [
        plugnmeet(client, "room_finished", lesson, minutes_ago=1),
        plugnmeet(client, "session_ended", lesson, minutes_ago=1),
        plugnmeet(client, "participant_joined", lesson, minutes_ago=28, number="t", **person(tom)),
        plugnmeet(client, "participant_joined", lesson, minutes_ago=27, number="s", **person(sam)),
        plugnmeet(client, "participant_left", lesson, minutes_ago=2, number="s", **person(sam)),
        plugnmeet(client, "track_published", lesson, number="s", **person(sam)),
    ]

    work()

    assert {answer.status_code for answer in answers} == {200}
    lesson.refresh_from_db()
    assert (lesson.status, lesson.completion_source) == ("completed", "room_ended")
    assert abs(lesson.joint_seconds - 25 * 60) <= 2
    assert WebhookEvent.objects.get(kind="track_published").status == "ignored"


def test_the_same_event_twice_is_one(client):
    lesson = a_lesson_at("plugnmeet")

    for _ in range(3):
        answer = plugnmeet(client, "participant_joined", lesson, **person(lesson.teacher))
        assert answer.status_code == 200
    work()

    assert WebhookEvent.objects.count() == 1
    assert lesson.attendance.filter(source="event").count() == 1


def test_a_recording_at_plugnmeet_is_kept(client):
    lesson = a_lesson_at("plugnmeet")

    plugnmeet(client, "recording_proceeded", lesson, recording_info={"record_id": "S1-17"})
    work()

    lesson.refresh_from_db()
    assert lesson.recording_url == f"https://peerloop.test/sessions/{lesson.pk}/recording"


def test_a_call_without_a_valid_signature_writes_nothing(client):
    lesson = a_lesson_at("plugnmeet")

    forged = plugnmeet(client, "room_finished", lesson, secret="another-secret-another-secret-123")
    bare = client.post("/api/webhooks/plugnmeet", b"{}", content_type="application/json")
    posted = client.post("/api/v1/webhooks/bbb", b"event=x", content_type="text/plain")
    fetched = client.get("/api/webhooks/bbb?meetingID=x&ended=a.b")

    assert [forged.status_code, bare.status_code] == [400, 400]
    assert [posted.status_code, fetched.status_code] == [400, 400]
    assert forged.json()["code"] == "bad_signature"
    assert not WebhookEvent.objects.exists()


def test_a_huge_body_is_refused(client):
    answer = client.post(
        "/api/webhooks/bbb", b"x" * 1_100_000, content_type="application/octet-stream"
    )

    assert answer.status_code == 413


def bbb(client, name, lesson, user=None, *, ago=0, secret=SECRET, stamp=None):
    now = int(time.time() * 1000)
    attributes = {
        "meeting": {"internal-meeting-id": "i-1", "external-meeting-id": lesson.room_id},
        "user": {
            "internal-user-id": f"w_{user.pk}" if user else "",
            "external-user-id": str(user.pk) if user else "",
        },
    }
    data = {"type": "event", "id": name, "attributes": attributes}
    data["event"] = {"ts": now - int(ago * 60_000)}
    body = urlencode(
        {"domain": "bbb", "event": json.dumps([{"data": data}]), "timestamp": stamp or now}
    )
    content = f"https://peerloop.test/api/webhooks/bbb{body}{secret}"
    checksum = hashlib.sha1(content.encode()).hexdigest()
    return client.post(
        f"/api/webhooks/bbb?checksum={checksum}",
        body,
        content_type="application/x-www-form-urlencoded",
    )


def test_events_of_bbb_complete_a_session(client):
    lesson = a_lesson_at("bigbluebutton")
    answers = [
        bbb(client, "user-joined", lesson, lesson.teacher, ago=29),
        bbb(client, "user-joined", lesson, lesson.student, ago=28),
        bbb(client, "user-left", lesson, lesson.student, ago=3),
        bbb(client, "meeting-ended", lesson, ago=2),
    ]

    work()

    assert {answer.status_code for answer in answers} == {200}
    lesson.refresh_from_db()
    assert (lesson.status, lesson.completion_source) == ("completed", "room_ended")


def test_the_end_alone_completes_a_session_of_two_clicks(client):
    lesson = a_lesson_at("bigbluebutton")

    bbb(client, "meeting-ended", lesson)
    work()

    assert Session.objects.get(pk=lesson.pk).status == "completed"


def test_an_old_timestamp_and_a_wrong_secret_are_refused(client):
    lesson = a_lesson_at("bigbluebutton")

    stale = bbb(client, "meeting-ended", lesson, stamp=int(time.time() * 1000) - 25 * 3_600_000)
    wrong = bbb(client, "meeting-ended", lesson, secret="other")

    assert [stale.status_code, wrong.status_code] == [400, 400]
    assert not WebhookEvent.objects.exists()


def test_a_hook_that_the_server_dropped_is_registered_by_the_sweep(monkeypatch, settings):
    a_lesson_at("bigbluebutton")
    settings.VIDEO_PROVIDER = "local"

    with video_is(monkeypatch, FakeVideo()) as server:
        register_webhooks_again()

    assert server.calls == ["register"] * 2


def test_a_video_server_that_is_away_stops_no_registration(monkeypatch):
    with video_is(monkeypatch, BrokenVideo()):
        register_webhooks_again()


def test_the_end_callback_is_fetched_twice_and_looked_up(client, monkeypatch):
    lesson = a_lesson_at("bigbluebutton")
    query = urlsplit(end_callback(lesson.room_id, "abc")).query
    path = f"/api/webhooks/bbb?{query}&recordingmarks=false&meetingID={lesson.room_id}"

    assert [client.get(path).status_code for _ in range(2)] == [200, 200]
    with video_is(monkeypatch, FakeVideo(is_open=False)):
        work()

    assert WebhookEvent.objects.count() == 1
    assert Session.objects.get(pk=lesson.pk).status == "completed"


def test_a_lookup_that_fails_is_tried_again(client, monkeypatch):
    lesson = a_lesson_at("bigbluebutton")
    query = urlsplit(end_callback(lesson.room_id, "abc")).query
    client.get(f"/api/webhooks/bbb?{query}&meetingID={lesson.room_id}")

    with video_is(monkeypatch, BrokenVideo()):
        work()
        event = WebhookEvent.objects.get()
        assert (event.status, event.tries) == ("new", 1)
    with video_is(monkeypatch, FakeVideo(is_open=False)):
        process_due(at=datetime.now(UTC) + timedelta(minutes=1))

    assert WebhookEvent.objects.get().status == "done"


def test_a_recording_at_bbb_is_kept(client, monkeypatch):
    lesson = a_lesson_at("bigbluebutton")
    claims = {"meeting_id": lesson.room_id, "record_id": "R1"}
    body = urlencode({"signed_parameters": jwt.encode(claims, SECRET, "HS256")})

    for _ in range(2):
        answer = client.post(
            "/api/webhooks/bbb", body, content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code == 200
    with video_is(monkeypatch, FakeVideo()) as server:
        server.recordings = {"R1": base.RecordingLink("https://video.example/film")}
        work()

    assert WebhookEvent.objects.count() == 1
    own_page = f"https://peerloop.test/sessions/{lesson.pk}/recording"
    assert Session.objects.get(pk=lesson.pk).recording_url == own_page


def test_strangers_in_a_bbb_room_do_not_keep_the_session_open(client, monkeypatch):
    lesson = a_lesson_at("bigbluebutton")
    query = urlsplit(end_callback(lesson.room_id, "abc")).query
    client.get(f"/api/webhooks/bbb?{query}&meetingID={lesson.room_id}")
    server = FakeVideo()
    server.status = base.RoomStatus(True, frozenset({"w_phone-caller", ""}))

    with video_is(monkeypatch, server):
        work()

    assert WebhookEvent.objects.get().status == "done"
    assert Session.objects.get(pk=lesson.pk).status == "completed"
