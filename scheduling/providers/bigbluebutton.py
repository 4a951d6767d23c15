"""BigBlueButton (also behind Scalelite): GET calls with a checksum, XML answers."""

import hashlib
import logging
import secrets
from typing import Any
from urllib.parse import quote_plus, urlencode
from xml.etree import ElementTree as ET

import requests
from django.conf import settings

from peerloop.kit.providers import ProviderError, Rejected, Unavailable
from scheduling.providers import base
from scheduling.providers.bigbluebutton_hooks import end_callback, hook_url, parse
from scheduling.providers.http import ask

logger = logging.getLogger(__name__)

NOT_THERE = {"notFound", "invalidMeetingIdentifier", "noRecordings"}
MAX_ANSWER_BYTES = 2_000_000


class BigBlueButtonVideo:
    """The adapter of a BigBlueButton server."""

    def create_room(self, options: base.RoomOptions) -> base.Room:
        """Make the meeting. The server leaves an open one as it is, callback included."""
        answer = self._call(
            "create",
            {
                "name": options.title[:200],
                "meetingID": options.room_id,
                "record": _flag(options.record),
                "autoStartRecording": _flag(options.record),
                "allowStartStopRecording": _flag(options.record),
                "maxParticipants": str(options.places),
                "duration": str(max(options.seconds // 60, 1)),
                "guestPolicy": "ALWAYS_ACCEPT",
                "logoutURL": options.leave_url,
                "meta_endCallbackUrl": end_callback(options.room_id, secrets.token_hex(8)),
                "meta_bbb-recording-ready-url": hook_url(),
            },
        )
        self.register_webhook()
        return base.Room(options.room_id, {"create_time": _text(answer, "createTime")})

    def delete_room(self, room_id: str) -> None:
        """End the meeting; the server does it a little later."""
        try:
            self._call("end", {"meetingID": room_id})
        except Rejected as error:
            if error.code not in NOT_THERE:
                raise

    def get_join_token(self, room: base.Room, participant: base.Participant) -> base.JoinToken:
        """A signed address. It holds the meeting's creation time, so it opens no later meeting."""
        values = {
            "fullName": participant.name,
            "meetingID": room.room_id,
            "role": "MODERATOR" if participant.is_moderator else "VIEWER",
            "userID": participant.user_id,
        }
        if room.secrets.get("create_time"):
            values["createTime"] = room.secrets["create_time"]
        query = _query(values)
        signature = checksum("join", query)
        address = f"{settings.BBB_URL}/api/join?{query}&checksum={signature}"
        return base.JoinToken(signature, address)

    def get_room_status(self, room_id: str) -> base.RoomStatus:
        """The attendees of the meeting."""
        try:
            answer = self._call("getMeetingInfo", {"meetingID": room_id})
        except Rejected as error:
            if error.code in NOT_THERE:
                return base.RoomStatus(is_open=False)
            raise
        inside = {_text(person, "userID") for person in answer.iter("attendee")} - {""}
        return base.RoomStatus(
            is_open=_text(answer, "hasBeenForciblyEnded") != "true", people=frozenset(inside)
        )

    def find_recordings(self, room_id: str) -> tuple[str, ...]:
        """The ids of published recordings that can be played."""
        return tuple(name for name, formats in self._recordings(room_id).items() if formats)

    def get_recording_link(self, room_id: str, record_id: str) -> base.RecordingLink:
        """The film if the server makes one, else the web page that plays the recording."""
        formats = self._recordings(room_id).get(record_id)
        if not formats:
            raise Rejected("BigBlueButton has no such recording", code="notFound")
        if "video" in formats:
            return base.RecordingLink(formats["video"])
        return base.RecordingLink(next(iter(formats.values())), is_page=True)

    def register_webhook(self) -> None:
        """Register our webhook at bbb-webhooks, which drops one after five minutes of failures.

        Scalelite has none; there the callbacks are enough.
        """
        try:
            self._call("hooks/create", {"callbackURL": hook_url()})
        except ProviderError as error:
            logger.info("no bbb-webhooks at the video server: %s", error)

    def parse_event(self, call: base.HookCall) -> tuple[base.RoomEvent, ...]:
        """Events of bbb-webhooks, of the end callback, or of the recording-ready callback."""
        return parse(call)

    def _recordings(self, room_id: str) -> dict[str, dict[str, str]]:
        """Published recordings of the room: links by format, by the recording's id."""
        try:
            answer = self._call("getRecordings", {"meetingID": room_id})
        except Rejected as error:
            if error.code in NOT_THERE:
                return {}
            raise
        return {
            _text(recording, "recordID"): {
                _text(form, "type"): _text(form, "url")
                for form in recording.iter("format")
                if _text(form, "url").startswith(("https://", "http://"))
            }
            for recording in answer.iter("recording")
        }

    def _call(self, name: str, values: dict[str, str]) -> ET.Element:
        if not settings.BBB_SECRETS:
            # Sessions of earlier days, after another video server was chosen.
            raise Unavailable("the keys of BigBlueButton are not set")
        query = _query(values)
        address = f"{settings.BBB_URL}/api/{name}?{query}&checksum={checksum(name, query)}"
        response = ask(
            lambda timeout: requests.get(address, timeout=timeout, allow_redirects=False),
            server="BigBlueButton",
        )
        return _accepted(response)


def checksum(call: str, query: str, *, algorithm: str = "") -> str:
    """The signature of a call: hash of its name, the exact query string and the secret."""
    text = f"{call}{query}{settings.BBB_SECRETS[0]}"
    return hashlib.new(algorithm or settings.BBB_CHECKSUM, text.encode()).hexdigest()


def _query(values: dict[str, str]) -> str:
    return urlencode(values, quote_via=quote_plus)


def _accepted(response: requests.Response) -> ET.Element:
    """The answer; raises Rejected for a refusal, which comes with status 200 and a key."""
    # Entities can expand a small answer enormously; the server declares none.
    if len(response.content) > MAX_ANSWER_BYTES or b"<!" in response.content.replace(
        b"<![CDATA[", b""
    ):
        raise Unavailable("BigBlueButton gave an answer that can't be read")
    try:
        answer = ET.fromstring(response.content)  # noqa: S314 - declarations are refused above
    except ET.ParseError:
        raise Unavailable("BigBlueButton gave an answer that is no XML") from None
    if _text(answer, "returncode") != "SUCCESS":
        key = _text(answer, "messageKey")
        raise Rejected(f"BigBlueButton refused: {key or 'without a key'}", code=key)
    return answer


def _text(element: Any, name: str) -> str:
    return (element.findtext(name) or "").strip()


def _flag(value: bool) -> str:
    return "true" if value else "false"
