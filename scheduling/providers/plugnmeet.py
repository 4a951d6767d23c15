"""plugNmeet: signed JSON calls, webhooks as signed JSON."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import jwt
import requests
from django.conf import settings
from django.urls import reverse

from peerloop.kit.providers import Rejected, Unavailable
from scheduling.providers import base
from scheduling.providers.http import ask

# Creating waits up to 15 s for the lock of a room that is still being ended.
CREATE_SECONDS = 18.0
LEEWAY_SECONDS = 60
NOT_THERE = {"ROOM_NOT_FOUND", "ROOM_NOT_ACTIVE", "NOT_FOUND"}
BUSY = {"INTERNAL_SERVER_ERROR"}
KINDS = {
    "participant_joined": base.JOINED,
    "participant_left": base.LEFT,
    "session_ended": base.FINISHED,
    "room_finished": base.FINISHED,
    "recording_proceeded": base.RECORDED,
}
# Recorders and bridges join as participants too.
BOTS = ("RECORDER_BOT", "RTMP_BOT", "user_", "ingres_", "sip_", "pnm_")


class PlugNmeetVideo:
    """The adapter of a plugNmeet server."""

    def create_room(self, options: base.RoomOptions) -> base.Room:
        """Make the room, with a third place for the recorder, which is a participant too."""
        body = {
            "room_id": options.room_id,
            "max_participants": options.places + (1 if options.record else 0),
            # Counts from the creation of the room, not from the last departure.
            "empty_timeout": max(options.seconds, 120),
            "metadata": {
                "room_title": options.title,
                "webhook_url": settings.BASE_URL + reverse("api-alias:plugnmeet-webhook"),
                "logout_url": options.leave_url,
                "room_features": _features(options),
                # False does not switch a default off; a lock does.
                "default_lock_settings": {"lock_chat_file_share": True},
            },
        }
        answer = self._call("/room/create", body, seconds=CREATE_SECONDS)
        return base.Room(options.room_id, {"sid": str(_part(answer, "room_info").get("sid", ""))})

    def delete_room(self, room_id: str) -> None:
        """End the room."""
        try:
            self._call("/room/endRoom", {"room_id": room_id})
        except Rejected as error:
            if error.code not in NOT_THERE:
                raise

    def get_join_token(self, room: base.Room, participant: base.Participant) -> base.JoinToken:
        """A token valid for minutes. Closes a connection that the person still has."""
        answer = self._call(
            "/room/getJoinToken",
            {
                "room_id": room.room_id,
                "user_info": {
                    "name": participant.name,
                    "user_id": participant.user_id,
                    "is_admin": participant.is_moderator,
                    "is_hidden": False,
                    "user_metadata": {"is_admin": participant.is_moderator},
                },
            },
        )
        token = str(answer.get("token") or "")
        if not token:
            raise Unavailable("plugNmeet gave no token")
        address = f"{settings.PLUGNMEET_URL}/?{urlencode({'access_token': token})}"
        return base.JoinToken(token, address)

    def get_room_status(self, room_id: str) -> base.RoomStatus:
        """The participants, without recorders and bridges."""
        try:
            answer = self._call("/room/getActiveRoomInfo", {"room_id": room_id})
        except Rejected as error:
            if error.code in NOT_THERE:
                return base.RoomStatus(is_open=False)
            raise
        people = _part(answer, "room").get("participants_info") or []
        inside = {
            str(person.get("identity"))
            for person in people
            if isinstance(person, dict) and not str(person.get("identity")).startswith(BOTS)
        }
        return base.RoomStatus(is_open=True, people=frozenset(inside))

    def find_recordings(self, room_id: str) -> tuple[str, ...]:
        """The ids of the recordings."""
        try:
            answer = self._call("/recording/fetch", {"room_ids": [room_id], "limit": 20})
        except Rejected as error:
            if error.code in NOT_THERE:
                return ()
            raise
        listed = _part(answer, "result").get("recordings_list") or []
        entries = [entry for entry in listed if isinstance(entry, dict)]
        return tuple(str(entry["record_id"]) for entry in entries if entry.get("record_id"))

    def get_recording_link(self, room_id: str, record_id: str) -> base.RecordingLink:
        """A download link that is valid for half an hour, and for whoever has it."""
        answer = self._call("/recording/getDownloadToken", {"record_id": record_id})
        token = str(answer.get("token") or "")
        if not token:
            raise Unavailable("plugNmeet gave no token")
        return base.RecordingLink(f"{settings.PLUGNMEET_URL}/download/recording/{token}")

    def register_webhook(self) -> None:
        """Nothing to do: each room is made with our address."""

    def parse_event(self, call: base.HookCall) -> tuple[base.RoomEvent, ...]:
        """One event, authenticated by a token over the hash of the raw body."""
        _authenticate(call)
        try:
            event = json.loads(call.body)
        except ValueError:
            event = None
        if not isinstance(event, dict) or not event.get("id"):
            return ()
        return (_event(event),)

    def _call(self, path: str, body: dict[str, Any], *, seconds: float = 10.0) -> dict[str, Any]:
        if not settings.PLUGNMEET_API_SECRETS:
            # Sessions of earlier days, after another video server was chosen.
            raise Unavailable("the keys of plugNmeet are not set")
        # The signature is over the exact bytes that are sent.
        raw = json.dumps(body).encode()
        signature = hmac.new(_secrets()[0].encode(), raw, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "API-KEY": settings.PLUGNMEET_API_KEY,
            "HASH-SIGNATURE": signature,
        }
        response = ask(
            lambda timeout: requests.post(
                f"{settings.PLUGNMEET_URL}/auth{path}", data=raw, headers=headers, timeout=timeout
            ),
            server="plugNmeet",
            read_seconds=seconds,
        )
        return _accepted(response)


def _accepted(response: requests.Response) -> dict[str, Any]:
    """The answer; raises Rejected for a refusal, which comes with status 200 and a code."""
    try:
        answer = response.json()
    except ValueError:
        raise Unavailable("plugNmeet gave an answer that is no JSON") from None
    if not isinstance(answer, dict):
        raise Unavailable("plugNmeet gave an answer that is no object")
    if answer.get("status") is not True:
        code = str(answer.get("status_code") or "")
        error = Unavailable if code in BUSY else Rejected
        raise error(f"plugNmeet refused: {code or 'without a code'}", code=code)
    return answer


def _features(options: base.RoomOptions) -> dict[str, Any]:
    return {
        "allow_webcams": True,
        "allow_screen_share": True,
        "allow_view_other_webcams": True,
        "allow_view_other_users_list": True,
        "room_duration": max(options.seconds // 60, 1),
        "recording_features": {
            "is_allow": options.record,
            "is_allow_cloud": options.record,
            "enable_auto_cloud_recording": options.record,
            # Rule PRIV-8: the teacher's webcam only.
            "only_record_admin_webcams": True,
        },
        "chat_features": {"is_allow": True},
        "waiting_room_features": {"is_active": False},
    }


def _part(answer: dict[str, Any], name: str) -> dict[str, Any]:
    part = answer.get(name)
    return part if isinstance(part, dict) else {}


def _secrets() -> list[str]:
    return list(settings.PLUGNMEET_API_SECRETS)


def _authenticate(call: base.HookCall) -> None:
    """Raises BadSignature unless one of our secrets signed a recent token over this body."""
    token = call.headers.get("authorization") or call.headers.get("hash-token") or ""
    wanted = base64.b64encode(hashlib.sha256(call.body).digest()).decode()
    for secret in _secrets():
        try:
            claims = jwt.decode(
                token,
                secret,
                algorithms=["HS256"],
                issuer=settings.PLUGNMEET_API_KEY,
                options={
                    "require": ["exp", "iss"],
                    # Compared with the call's time rather than the clock, so that tests can set it.
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except jwt.PyJWTError:
            continue
        if _is_fresh(claims, call.at) and hmac.compare_digest(
            str(claims.get("sha256", "")).encode(), wanted.encode()
        ):
            return
    raise base.BadSignature


def _is_fresh(claims: dict[str, Any], at: datetime) -> bool:
    now = at.timestamp()
    try:
        return (
            float(claims.get("nbf", 0)) - LEEWAY_SECONDS
            <= now
            <= float(claims["exp"]) + LEEWAY_SECONDS
        )
    except (TypeError, ValueError):
        return False


def _event(event: dict[str, Any]) -> base.RoomEvent:
    name = str(event.get("event", ""))
    kind = KINDS.get(name, base.OTHER)
    room, participant = _part(event, "room"), _part(event, "participant")
    user_id = str(participant.get("identity", ""))
    reference = str(room.get("sid", ""))
    if kind in (base.JOINED, base.LEFT):
        reference = str(participant.get("sid", ""))
        if user_id.startswith(BOTS) or not user_id:
            kind = base.OTHER
    if kind == base.RECORDED:
        reference = str(_part(event, "recording_info").get("record_id", ""))
    return base.RoomEvent(
        event_id=str(event["id"]),
        kind=kind,
        name=name,
        room_id=str(room.get("room_id", "")),
        user_id=user_id,
        reference=reference,
        at=_instant(event.get("created_at")),
    )


def _instant(seconds: Any) -> datetime | None:
    """64-bit integers come as text."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
