"""plugNmeet: our calls in the server's form, and its signed webhooks."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path

import jwt
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from peerloop.kit.providers import Rejected, Unavailable
from scheduling.providers import base
from scheduling.providers.plugnmeet import PlugNmeetVideo
from scheduling.tests.test_providers import a_room

VECTORS = json.loads((Path(__file__).parent / "vectors/plugnmeet.json").read_text())
HOOK = VECTORS["webhook"]


@pytest.fixture(autouse=True)
def _keys(settings, httpserver: HTTPServer, monkeypatch):
    settings.PLUGNMEET_URL = httpserver.url_for("").rstrip("/")
    settings.PLUGNMEET_API_KEY = VECTORS["api_key"]
    settings.PLUGNMEET_API_SECRETS = [VECTORS["api_secret"]]
    monkeypatch.setattr("scheduling.providers.http.FIRST_PAUSE_SECONDS", 0.001)


def answering(httpserver: HTTPServer, path: str, **answer) -> list[Request]:
    """A server that checks the signature before it answers."""
    seen: list[Request] = []

    def answer_it(request: Request) -> Response:
        seen.append(request)
        wanted = hmac.new(
            VECTORS["api_secret"].encode(), request.get_data(), hashlib.sha256
        ).hexdigest()
        if request.headers["HASH-SIGNATURE"] != wanted or request.headers["API-KEY"] != "plnm-key":
            return Response("{}", status=401)
        body = {"status": True, "msg": "success", "status_code": "SUCCESS", **answer}
        return Response(json.dumps(body), content_type="application/json")

    httpserver.expect_request(f"/auth{path}", method="POST").respond_with_handler(answer_it)
    return seen


def test_a_request_is_signed_over_its_exact_bytes():
    body = VECTORS["request"]["body"].encode()

    signature = hmac.new(VECTORS["api_secret"].encode(), body, hashlib.sha256).hexdigest()

    assert signature == VECTORS["request"]["HASH-SIGNATURE"]


def test_a_room_is_made_with_a_place_for_the_recorder(httpserver):
    seen = answering(httpserver, "/room/create", room_info={"sid": "S1", "creation_time": "1"})
    options = a_room()

    room = PlugNmeetVideo().create_room(options)

    body = seen[0].get_json()
    assert room == base.Room(options.room_id, {"sid": "S1"})
    assert (body["room_id"], body["max_participants"]) == (options.room_id, 3)
    assert body["metadata"]["webhook_url"].endswith("/api/webhooks/plugnmeet")
    features = body["metadata"]["room_features"]
    assert features["room_duration"] == 60
    assert features["recording_features"]["only_record_admin_webcams"]


def test_the_teacher_is_moderator(httpserver):
    seen = answering(httpserver, "/room/getJoinToken", token="a b&c")

    token = PlugNmeetVideo().get_join_token(
        base.Room("peerloop-session-1"), base.Participant("u1", "Zoë", True)
    )

    assert seen[0].get_json()["user_info"]["is_admin"] is True
    assert token.join_url.endswith("/?access_token=a+b%26c")


def test_recorders_are_not_people(httpserver):
    people = [{"identity": "u1"}, {"identity": "RECORDER_BOT"}]
    answering(httpserver, "/room/getActiveRoomInfo", room={"participants_info": people})

    assert PlugNmeetVideo().get_room_status("r").people == {"u1"}


def test_an_unknown_room_is_not_open_and_ends_without_complaint(httpserver):
    for path in ("/room/getActiveRoomInfo", "/room/endRoom"):
        answering(httpserver, path, status=False, status_code="ROOM_NOT_FOUND")

    assert PlugNmeetVideo().get_room_status("r") == base.RoomStatus(is_open=False)
    PlugNmeetVideo().delete_room("r")


def test_a_download_link_is_made_only_when_asked(httpserver):
    listed = {"recordings_list": [{"record_id": "R1"}, {}, 3]}
    answering(httpserver, "/recording/fetch", result=listed)
    asked = answering(httpserver, "/recording/getDownloadToken", token="T")

    assert PlugNmeetVideo().find_recordings("r") == ("R1",)
    assert not asked
    link = PlugNmeetVideo().get_recording_link("r", "R1")

    assert asked[0].get_json() == {"record_id": "R1"}
    assert link.url.endswith("/download/recording/T")
    assert not link.is_page


def test_a_refusal_is_final_and_no_answer_is_not(httpserver, settings):
    answering(httpserver, "/room/create", status=False, status_code="INVALID_PARAMETERS")
    with pytest.raises(Rejected) as refused:
        PlugNmeetVideo().create_room(a_room())
    assert refused.value.code == "INVALID_PARAMETERS"

    settings.PLUGNMEET_API_SECRETS = ["wrong"]
    with pytest.raises(Rejected):
        PlugNmeetVideo().create_room(a_room())

    settings.PLUGNMEET_URL = "http://127.0.0.1:9"
    with pytest.raises(Unavailable):
        PlugNmeetVideo().create_room(a_room())


def test_a_server_that_asks_to_wait_is_tried_three_times(httpserver):
    seen: list[int] = []

    def busy(request: Request) -> Response:
        seen.append(1)
        return Response("", status=503)

    httpserver.expect_request("/auth/room/endRoom").respond_with_handler(busy)

    with pytest.raises(Unavailable):
        PlugNmeetVideo().delete_room("r")
    assert len(seen) == 3


@pytest.mark.parametrize("body", ["", "[]", "{"])
def test_an_answer_that_is_no_object_counts_as_unavailable(httpserver, body):
    httpserver.expect_request("/auth/room/create").respond_with_data(body)

    with pytest.raises(Unavailable):
        PlugNmeetVideo().create_room(a_room())


def call(*, body: bytes | None = None, at: float | None = None, **headers) -> base.HookCall:
    given = {name.lower(): value for name, value in HOOK["headers"].items()}
    return base.HookCall(
        method="POST",
        headers=given | headers,
        query="",
        body=HOOK["body"].encode() if body is None else body,
        at=datetime.fromtimestamp(at or HOOK["verify_at"], UTC),
    )


def test_a_signed_event_is_read():
    (event,) = PlugNmeetVideo().parse_event(call())

    assert event == base.RoomEvent(
        event_id="EV_demo1",
        kind=base.JOINED,
        name="participant_joined",
        room_id="peerloop-session-1",
        user_id="u1",
        reference="PA_abc123",
        at=datetime.fromtimestamp(1767225660, UTC),
    )


def test_hosts_that_strip_the_authorization_are_served_too():
    assert PlugNmeetVideo().parse_event(call(authorization=""))


def test_either_of_two_secrets_will_do(settings):
    settings.PLUGNMEET_API_SECRETS = [
        "new-secret-0123456789abcdef0123456789",
        VECTORS["api_secret"],
    ]

    assert PlugNmeetVideo().parse_event(call())


def forged(**changes) -> str:
    digest = base64.b64encode(hashlib.sha256(HOOK["body"].encode()).digest()).decode()
    claims = {"iss": "plnm-key", "exp": HOOK["verify_at"] + 60, "sha256": digest, **changes}
    secret = claims.pop("secret", VECTORS["api_secret"])
    algorithm = claims.pop("algorithm", "HS256")
    return jwt.encode(claims, "" if algorithm == "none" else secret, algorithm=algorithm)


@pytest.mark.parametrize(
    "wrong",
    [
        call(body=HOOK["body"].replace("u1", "u2").encode()),
        call(body=json.dumps(json.loads(HOOK["body"])).encode()),
        call(at=HOOK["verify_at"] + 3600),
        call(authorization=forged(iss="other"), **{"hash-token": ""}),
        call(authorization=forged(algorithm="none"), **{"hash-token": ""}),
        call(authorization=forged(secret="x" * 40), **{"hash-token": ""}),
        call(authorization=forged(nbf=HOOK["verify_at"] + 3600), **{"hash-token": ""}),
        call(authorization=forged(sha256=""), **{"hash-token": ""}),
        call(authorization="", **{"hash-token": ""}),
        call(authorization="rubbish", **{"hash-token": ""}),
    ],
)
def test_forged_and_old_calls_are_refused(wrong):
    with pytest.raises(base.BadSignature):
        PlugNmeetVideo().parse_event(wrong)


def test_without_a_secret_every_call_is_refused(settings):
    settings.PLUGNMEET_API_SECRETS = []

    with pytest.raises(base.BadSignature):
        PlugNmeetVideo().parse_event(call())


def event_of(**event) -> base.RoomEvent:
    body = json.dumps({"id": "E", "room": {"room_id": "r", "sid": "S"}, **event}).encode()
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    token = forged(sha256=digest)
    (found,) = PlugNmeetVideo().parse_event(call(body=body, authorization=token))
    return found


def test_both_reports_of_the_end_name_the_same_meeting():
    for name in ("session_ended", "room_finished"):
        event = event_of(event=name)
        assert (event.kind, event.reference) == (base.FINISHED, "S")


def test_bots_and_unknown_events_are_ignored():
    bot = event_of(event="participant_joined", participant={"identity": "RECORDER_BOT"})
    new = event_of(event="something_new", created_at="no number")

    assert (bot.kind, new.kind, new.at) == (base.OTHER, base.OTHER, None)


def test_a_recording_is_named():
    event = event_of(event="recording_proceeded", recording_info={"record_id": "S-1"})

    assert (event.kind, event.reference) == (base.RECORDED, "S-1")


def test_a_server_whose_keys_were_taken_out_counts_as_away(settings):
    settings.PLUGNMEET_API_SECRETS = []

    for ask in ("find_recordings", "get_room_status", "delete_room"):
        with pytest.raises(Unavailable):
            getattr(PlugNmeetVideo(), ask)("r")
