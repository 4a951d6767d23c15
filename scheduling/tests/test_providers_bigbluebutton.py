"""BigBlueButton: our calls with a checksum, and its three kinds of calls."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from peerloop.kit.providers import Rejected, Unavailable
from scheduling.providers import base
from scheduling.providers.bigbluebutton import BigBlueButtonVideo, checksum
from scheduling.providers.bigbluebutton_hooks import end_callback
from scheduling.tests.test_providers import a_room

VECTORS = json.loads((Path(__file__).parent / "vectors/bigbluebutton.json").read_text())
HOOK = VECTORS["hook"]
STAMP = 1767225660200 / 1000


@pytest.fixture(autouse=True)
def _keys(settings, httpserver: HTTPServer, monkeypatch):
    settings.BBB_URL = httpserver.url_for("/bigbluebutton")
    settings.BBB_SECRETS = [VECTORS["secret"]]
    settings.BASE_URL = "https://app.example.org"
    monkeypatch.setattr("scheduling.providers.http.FIRST_PAUSE_SECONDS", 0.001)


def answering(httpserver: HTTPServer, call: str, inner: str = "", *, ok: bool = True) -> list[dict]:
    """A server that checks the checksum before it answers."""
    seen: list[dict] = []

    def answer(request: Request) -> Response:
        query, _, given = request.query_string.decode().rpartition("&checksum=")
        wanted = hashlib.sha256(f"{call}{query}{VECTORS['secret']}".encode()).hexdigest()
        if given != wanted:
            inner_xml, code = "<messageKey>checksumError</messageKey>", "FAILED"
        else:
            inner_xml, code = inner, "SUCCESS" if ok else "FAILED"
        seen.append({name: values[0] for name, values in parse_qs(query).items()})
        return Response(f"<response><returncode>{code}</returncode>{inner_xml}</response>")

    httpserver.expect_request(f"/bigbluebutton/api/{call}").respond_with_handler(answer)
    return seen


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha512"])
def test_the_checksum_is_the_documented_one(algorithm):
    made = checksum(VECTORS["api"]["call"], VECTORS["api"]["query"], algorithm=algorithm)

    assert made == VECTORS["api"]["checksum"][algorithm]


def test_a_meeting_is_made_with_our_callbacks(httpserver):
    seen = answering(httpserver, "create", "<createTime>17</createTime>")
    hooks = answering(httpserver, "hooks/create")
    options = a_room()

    room = BigBlueButtonVideo().create_room(options)

    (asked,) = seen
    assert room == base.Room(options.room_id, {"create_time": "17"})
    assert (asked["meetingID"], asked["maxParticipants"], asked["record"]) == (
        options.room_id,
        "2",
        "true",
    )
    assert asked["meta_endCallbackUrl"].startswith(
        "https://app.example.org/api/webhooks/bbb?ended="
    )
    assert asked["meta_bbb-recording-ready-url"] == "https://app.example.org/api/webhooks/bbb"
    assert hooks == [{"callbackURL": "https://app.example.org/api/webhooks/bbb"}]


def test_a_server_without_hooks_is_good_enough(httpserver):
    answering(httpserver, "create", "<createTime>17</createTime>")
    httpserver.expect_request("/bigbluebutton/api/hooks/create").respond_with_data("", status=404)

    assert BigBlueButtonVideo().create_room(a_room())


def test_the_join_address_is_signed_and_bound_to_the_meeting():
    token = BigBlueButtonVideo().get_join_token(
        base.Room("m-1", {"create_time": "17"}), base.Participant("u1", "Zoë & Co", True)
    )

    query = urlsplit(token.join_url).query
    values = {name: found[0] for name, found in parse_qs(query).items()}
    assert values["role"] == "MODERATOR"
    assert (values["fullName"], values["createTime"], values["userID"]) == ("Zoë & Co", "17", "u1")
    signed = query.partition("&checksum=")[0]
    assert values["checksum"] == checksum("join", signed) == token.token


def test_the_attendees_are_inside(httpserver):
    attendees = "".join(
        f"<attendee><userID>{name}</userID></attendee>" for name in ("u1", "u2", "")
    )
    answering(httpserver, "getMeetingInfo", f"<attendees>{attendees}</attendees>")

    assert BigBlueButtonVideo().get_room_status("m") == base.RoomStatus(
        True, frozenset({"u1", "u2"})
    )


def test_an_unknown_meeting_is_not_open_and_ends_without_complaint(httpserver):
    for call in ("getMeetingInfo", "end"):
        answering(httpserver, call, "<messageKey>notFound</messageKey>", ok=False)

    assert BigBlueButtonVideo().get_room_status("m") == base.RoomStatus(is_open=False)
    BigBlueButtonVideo().delete_room("m")


def test_a_video_is_preferred_to_a_web_page(httpserver):
    recording = (
        "<recordings><recording><recordID>R1</recordID><playback>"
        "<format><type>presentation</type><url>https://v/p</url></format>"
        "<format><type>video</type><url>https://v/f</url></format>"
        "</playback></recording></recordings>"
    )
    answering(httpserver, "getRecordings", recording)

    assert BigBlueButtonVideo().find_recordings("m") == ("R1",)
    assert BigBlueButtonVideo().get_recording_link("m", "R1") == base.RecordingLink("https://v/f")
    with pytest.raises(Rejected):
        BigBlueButtonVideo().get_recording_link("m", "R")


def test_a_recording_without_a_film_is_a_page(httpserver):
    recording = (
        "<recordings><recording><recordID>R1</recordID><playback>"
        "<format><type>presentation</type><url>https://v/p</url></format>"
        "</playback></recording></recordings>"
    )
    answering(httpserver, "getRecordings", recording)

    link = BigBlueButtonVideo().get_recording_link("m", "R1")

    assert link == base.RecordingLink("https://v/p", is_page=True)


def test_a_refusal_is_final_and_no_answer_is_not(httpserver, settings):
    answering(httpserver, "create", "<messageKey>idNotUnique</messageKey>", ok=False)
    with pytest.raises(Rejected) as refused:
        BigBlueButtonVideo().create_room(a_room())
    assert refused.value.code == "idNotUnique"

    settings.BBB_URL = "http://127.0.0.1:9/bigbluebutton"
    with pytest.raises(Unavailable) as silent:
        BigBlueButtonVideo().create_room(a_room())
    assert "checksum" not in str(silent.value)


@pytest.mark.parametrize(
    "body", ["", "<response>", '<!DOCTYPE x [<!ENTITY a "b">]><response>&a;</response>']
)
def test_an_answer_that_can_not_be_read_counts_as_unavailable(httpserver, body):
    httpserver.expect_request("/bigbluebutton/api/end").respond_with_data(body)

    with pytest.raises(Unavailable):
        BigBlueButtonVideo().delete_room("m")


def hook_call(body: str = HOOK["body"], *, at: float = STAMP, **more) -> base.HookCall:
    """A call to the registered address of the vectors, which has a query of its own."""
    query = more.pop("query", None)
    if query is None:
        given = hashlib.sha1(
            f"https://app.example.org/api/webhooks/bbb{body}{VECTORS['secret']}".encode()
        ).hexdigest()
        query = f"checksum={given}"
    return base.HookCall(
        method="POST",
        headers=more,
        query=query,
        body=body.encode(),
        at=datetime.fromtimestamp(at, UTC),
    )


def test_the_checksum_of_a_hook_is_the_documented_one(monkeypatch):
    monkeypatch.setattr(
        "scheduling.providers.bigbluebutton_hooks.hook_url", lambda: HOOK["registered_url"]
    )

    for name in ("checksum_default_sha1", "checksum_if_server_uses_sha256"):
        call = hook_call(query=f"tenant=1&checksum={HOOK[name]}")
        (event,) = BigBlueButtonVideo().parse_event(call)
        assert (event.kind, event.room_id, event.user_id) == (base.JOINED, "m-1", "u~1*")
        assert event.reference == "w_ab12cd34ef56"


def test_a_bare_event_is_read_as_well_as_a_list():
    (listed,) = BigBlueButtonVideo().parse_event(hook_call())
    body = urlencode(
        {
            "domain": "bbb.example.org",
            "event": json.dumps(HOOK["event"][0]),
            "timestamp": "1767225660200",
        }
    )

    (bare,) = BigBlueButtonVideo().parse_event(hook_call(body))

    assert bare == listed


def test_servers_may_send_the_secret_as_bearer():
    assert BigBlueButtonVideo().parse_event(
        hook_call(query="", authorization=f"Bearer {VECTORS['secret']}")
    )


@pytest.mark.parametrize(
    "wrong",
    [
        hook_call(query=""),
        hook_call(query="checksum="),
        hook_call(query="checksum=" + "0" * 40),
        hook_call(query="checksum=é"),
        hook_call(query="", authorization="Bearer "),
        hook_call(query="", authorization="Bearer wrong"),
        hook_call(at=STAMP + 24 * 3600 + 1),
        hook_call(at=STAMP - 301),
        hook_call(HOOK["body"].partition("&timestamp")[0]),
        hook_call("signed_parameters=rubbish", query=""),
        base.HookCall("GET", {}, "meetingID=m-1", b"", datetime.now(UTC)),
        base.HookCall("GET", {}, "meetingID=m-1&ended=a.b", b"", datetime.now(UTC)),
    ],
)
def test_a_call_without_a_valid_signature_is_refused(wrong):
    with pytest.raises(base.BadSignature):
        BigBlueButtonVideo().parse_event(wrong)


def test_the_end_callback_is_bound_to_the_meeting():
    query = urlsplit(end_callback("m-1", "abc")).query

    (event,) = BigBlueButtonVideo().parse_event(
        base.HookCall("GET", {}, f"{query}&recordingmarks=false&meetingID=m-1", b"", None)
    )

    assert (event.kind, event.event_id, event.in_doubt) == (base.FINISHED, "end:abc", True)
    with pytest.raises(base.BadSignature):
        BigBlueButtonVideo().parse_event(
            base.HookCall("GET", {}, f"{query}&meetingID=m-2", b"", None)
        )


def test_the_recording_ready_callback_is_a_hint():
    ready = VECTORS["recording_ready"]
    body = urlencode({ready["form_field"]: ready["value"]})

    (event,) = BigBlueButtonVideo().parse_event(hook_call(body, query=""))

    assert (event.kind, event.room_id) == (base.RECORDED, "m-1")
    assert event.reference == ready["claims"]["record_id"]
    forged = jwt.encode(ready["claims"], "other-secret-other-secret-other-secret", "HS256")
    with pytest.raises(base.BadSignature):
        BigBlueButtonVideo().parse_event(
            hook_call(urlencode({"signed_parameters": forged}), query="")
        )


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_a_recording_behind_scalelite_is_signed_with_hs512():
    claims = {"meeting_id": "m-1", "record_id": "R1"}
    token = jwt.encode(claims, VECTORS["secret"], "HS512")

    (event,) = BigBlueButtonVideo().parse_event(
        hook_call(urlencode({"signed_parameters": token}), query="")
    )

    assert (event.kind, event.reference) == (base.RECORDED, "R1")


@pytest.mark.parametrize("seconds", [301, 3_600, 23 * 3_600])
def test_an_event_that_is_delivered_again_later_counts(seconds):
    assert BigBlueButtonVideo().parse_event(hook_call(at=STAMP + seconds))


def test_a_meeting_that_ended_and_a_recording_that_is_ready():
    meeting = {"internal-meeting-id": "i-1", "external-meeting-id": "m-1"}

    def event(name: str, **attributes) -> base.RoomEvent:
        data = {"id": name, "attributes": {"meeting": meeting, **attributes}, "event": {"ts": 17}}
        form = {"event": json.dumps([{"data": data}]), "timestamp": "1767225660200"}
        (found,) = BigBlueButtonVideo().parse_event(hook_call(urlencode(form)))
        return found

    ended = event("meeting-ended")
    film = event(
        "rap-publish-ended",
        **{"record-id": "R1", "recording": {"playback": {"link": "https://v/f"}}},
    )
    unknown = event("poll-started")

    assert (ended.kind, ended.reference, ended.in_doubt) == (base.FINISHED, "i-1", False)
    assert (film.kind, film.reference) == (base.RECORDED, "R1")
    assert "https://v/f" not in json.dumps(film.as_json())
    assert unknown.kind == base.OTHER
    assert len({ended.event_id, film.event_id, unknown.event_id}) == 3


@pytest.mark.parametrize("event", ["", "null", "3", "[]", "[3]", '[{"data": 3}]', '{"data": {}}'])
def test_a_signed_event_of_an_unknown_form_is_harmless(event):
    body = urlencode({"event": event, "timestamp": "1767225660200"})

    found = BigBlueButtonVideo().parse_event(hook_call(body))

    assert all(one.kind == base.OTHER for one in found)


def test_a_server_whose_keys_were_taken_out_counts_as_away(settings):
    settings.BBB_SECRETS = []

    for ask in ("find_recordings", "get_room_status", "delete_room"):
        with pytest.raises(Unavailable):
            getattr(BigBlueButtonVideo(), ask)("r")
