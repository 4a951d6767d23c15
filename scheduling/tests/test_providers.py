"""What all video servers have in common, and the local one."""

import inspect
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from redis.exceptions import ConnectionError as Away

from peerloop.kit.providers import Unavailable
from peerloop.kit.redis import redis_client
from scheduling import local_room
from scheduling.providers import ADAPTERS, base, video


def methods(kind: type) -> dict[str, inspect.Signature]:
    return {
        name: inspect.signature(member)
        for name, member in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_")
    }


@pytest.mark.parametrize("name", ADAPTERS)
def test_every_adapter_has_the_methods_of_the_protocol(name):
    assert methods(type(video(name))) == methods(base.VideoProvider)


def test_the_setting_chooses_the_adapter(settings):
    settings.VIDEO_PROVIDER = "plugnmeet"

    assert type(video()).__name__ == "PlugNmeetVideo"
    assert type(video("local")).__name__ == "LocalVideo"


def a_room(seconds: int = 3600) -> base.RoomOptions:
    return base.RoomOptions(
        room_id=f"peerloop-session-{uuid4()}",
        title="Prompting: Sam and Tom",
        seconds=seconds,
        leave_url="https://peerloop.test/sessions/1",
        record=True,
    )


def test_the_local_room_knows_who_sent_a_heartbeat():
    options = a_room()
    session_id = options.room_id.removeprefix("peerloop-session-")
    tom, sam = str(uuid4()), str(uuid4())
    key = local_room.presence_key(session_id)
    fresh = local_room.Presence(tom, "one", "page").as_member()
    stale = local_room.Presence(sam, "two", "page").as_member()
    redis_client().zadd(key, {fresh: local_room.runs_out_at(), stale: 1.0})

    assert video("local").create_room(options) == base.Room(options.room_id)
    assert video("local").get_room_status(options.room_id) == base.RoomStatus(
        True, frozenset({tom})
    )


def test_the_local_ticket_is_read_once_signed_and_bound():
    session_id, user_id = uuid4(), uuid4()
    room = base.Room(local_room.room_id_of(session_id))

    sam = base.Participant(str(user_id), "Sam", False, sign_in="web:1")
    token = video("local").get_join_token(room, sam)

    ticket = local_room.read_ticket(token.token)
    assert (ticket.session_id, ticket.user_id) == (session_id, user_id)
    assert ticket.sign_in == "web:1"
    assert local_room.read_ticket(token.token[:-1] + "x") is None
    assert local_room.read_ticket("") is None
    way_in = urlsplit(token.join_url)
    assert way_in.path == f"/sessions/{session_id}/room/enter"
    assert local_room.read_ticket(parse_qs(way_in.query)["pass"][0]) is None


def test_without_redis_the_local_room_is_unavailable(monkeypatch):
    class NoRedis:
        def __getattr__(self, name):
            def away(*args, **kwargs):
                raise Away("away")

            return away

    monkeypatch.setattr("scheduling.providers.local.redis_client", NoRedis)

    for act in (
        lambda: video("local").create_room(a_room()),
        lambda: video("local").get_room_status("peerloop-session-1"),
        lambda: video("local").delete_room("peerloop-session-1"),
    ):
        with pytest.raises(Unavailable):
            act()


def test_nobody_may_report_for_the_local_room_from_outside():
    call = base.HookCall("POST", {}, "", b"{}", None)

    with pytest.raises(base.BadSignature):
        video("local").parse_event(call)


def test_turn_credentials_are_for_two_hours(settings):
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:turn.peerloop.test:3478"], "secret"

    (server,) = local_room.ice_servers(session_id=uuid4(), user_id=uuid4())

    assert server["urls"] == ["turn:turn.peerloop.test:3478"]
    assert server["credential"]
    import time

    assert 0 < int(server["username"].split(":")[0]) - time.time() <= 2 * 3600


def test_no_foreign_host_is_asked_by_default():
    assert local_room.ice_servers(session_id=uuid4(), user_id=uuid4()) == []
