"""The three kinds of calls from BigBlueButton (contract X35): authenticate, then read them."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

import jwt
from django.conf import settings
from django.urls import reverse

from scheduling.providers import base

# Servers choose the hash algorithm; the length of the checksum tells which.
ALGORITHMS = {40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}
# A delivery that failed is repeated with its first timestamp: for five minutes, or by a permanent
# hook until we are back. Known events change nothing, so a day does no harm.
OLDEST_SECONDS = 24 * 3600
AHEAD_SECONDS = 300
# Scalelite signs with HS512 where its operator allows only SHA-512.
TOKEN_ALGORITHMS = ["HS256", "HS512"]
KINDS = {
    "user-joined": base.JOINED,
    "user-left": base.LEFT,
    "meeting-ended": base.FINISHED,
    "rap-publish-ended": base.RECORDED,
    # No server sends this name; the seed API has it.
    "recording-ready": base.RECORDED,
}


def hook_url() -> str:
    """The address that we register at bbb-webhooks. It is part of the hash, so it never changes."""
    return settings.BASE_URL + reverse("api-alias:bbb-webhook")


def end_callback(room_id: str, meeting: str) -> str:
    """Our address for the end of a meeting, with a signature of ours: the server adds none.

    ``meeting`` is a random word for this meeting of the room.
    """
    return f"{hook_url()}?{urlencode({'ended': f'{meeting}.{_end_proof(room_id, meeting)}'})}"


def parse(call: base.HookCall) -> tuple[base.RoomEvent, ...]:
    """The events of a call; raises BadSignature unless it is authentic."""
    if call.method == "GET":
        return (_ended(_first(parse_qs(call.query))),)
    form = _first(parse_qs(call.body.decode("utf-8", "replace")))
    if "signed_parameters" in form:
        return (_recording_ready(form["signed_parameters"]),)
    _prove_hook(call)
    if not _is_fresh(form.get("timestamp", ""), call.at):
        raise base.BadSignature
    return tuple(_hook_events(form))


def _first(values: dict[str, list[str]]) -> dict[str, str]:
    return {name: found[0] for name, found in values.items()}


def _end_proof(room_id: str, meeting: str) -> str:
    key = f"bbb-end:{settings.SECRET_KEY}".encode()
    return hmac.new(key, f"{room_id}:{meeting}".encode(), hashlib.sha256).hexdigest()


def _ended(query: dict[str, str]) -> base.RoomEvent:
    """The end callback, with our signature in the address; the server must still be asked."""
    meeting, _, proof = query.get("ended", "").partition(".")
    room_id = query.get("meetingID", "")
    if not meeting or not hmac.compare_digest(
        proof.encode(), _end_proof(room_id, meeting).encode()
    ):
        raise base.BadSignature
    return base.RoomEvent(
        event_id=f"end:{meeting}",
        kind=base.FINISHED,
        name="end-callback",
        room_id=room_id,
        reference=meeting,
        in_doubt=True,
    )


def _recording_ready(token: str) -> base.RoomEvent:
    """The recording-ready callback: signed, but without a time, so it can be replayed for ever."""
    for secret in settings.BBB_SECRETS:
        try:
            claims = jwt.decode(token, secret, algorithms=TOKEN_ALGORITHMS)
        except jwt.PyJWTError:
            continue
        record_id = str(claims.get("record_id", ""))
        return base.RoomEvent(
            event_id=f"recording:{record_id}"[:255],
            kind=base.RECORDED,
            name="recording-ready-callback",
            room_id=str(claims.get("meeting_id", "")),
            reference=record_id,
        )
    raise base.BadSignature


def _prove_hook(call: base.HookCall) -> None:
    """Check the hash of our registered address, the raw body and the secret.

    Some servers are configured to send the secret itself as a bearer token instead.
    """
    bearer = call.headers.get("authorization", "").removeprefix("Bearer ").encode()
    given = _first(parse_qs(call.query)).get("checksum", "").lower()
    algorithm = ALGORITHMS.get(len(given), "")
    for secret in settings.BBB_SECRETS:
        if bearer and hmac.compare_digest(bearer, secret.encode()):
            return
        if algorithm:
            content = hook_url().encode() + call.body + secret.encode()
            wanted = hashlib.new(algorithm, content).hexdigest()
            if hmac.compare_digest(given.encode(), wanted.encode()):
                return
    raise base.BadSignature


def _is_fresh(milliseconds: str, at: datetime) -> bool:
    try:
        age = at.timestamp() - int(milliseconds) / 1000
    except ValueError:
        return False
    return -AHEAD_SECONDS <= age <= OLDEST_SECONDS


def _hook_events(form: dict[str, str]) -> list[base.RoomEvent]:
    """The events of the body: a list of one, or from older servers the event itself."""
    try:
        entries = json.loads(form.get("event", ""))
    except ValueError:
        return []
    entries = entries if isinstance(entries, list) else [entries]
    return [_hook_event(entry["data"]) for entry in entries if _dict(entry).get("data")]


def _hook_event(data: Any) -> base.RoomEvent:
    data = _dict(data)
    attributes, name = _dict(data.get("attributes")), str(data.get("id", ""))
    meeting, user = _dict(attributes.get("meeting")), _dict(attributes.get("user"))
    internal, stamp = (
        str(meeting.get("internal-meeting-id", "")),
        _dict(data.get("event")).get("ts"),
    )
    kind = KINDS.get(name, base.OTHER)
    reference = internal
    if kind in (base.JOINED, base.LEFT):
        reference = str(user.get("internal-user-id", ""))
    elif kind == base.RECORDED:
        reference = str(attributes.get("record-id") or meeting.get("record-id") or internal)
    user_id = str(user.get("external-user-id", ""))
    parts = (internal, name, str(stamp), str(user.get("internal-user-id", "")), reference)
    # BigBlueButton gives no event id: these together identify one.
    event_id = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return base.RoomEvent(
        event_id=event_id,
        kind=kind,
        name=name,
        room_id=str(meeting.get("external-meeting-id", "")),
        user_id=user_id,
        reference=reference,
        at=_instant(stamp),
    )


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _instant(milliseconds: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
