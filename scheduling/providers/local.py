"""Our own room in the browser: no server but ours (``peerloop/live_room.py``)."""

import contextlib
import time
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from redis.exceptions import RedisError

from peerloop.kit.providers import Rejected, Unavailable
from peerloop.kit.redis import redis_client
from scheduling import local_room
from scheduling.providers import base


class LocalVideo:
    """The adapter of our own room."""

    def create_room(self, options: base.RoomOptions) -> base.Room:
        """Nothing to make: a room exists while sockets are open. Unavailable without Redis."""
        try:
            redis_client().ping()
        except RedisError as error:
            raise Unavailable("Redis does not answer") from error
        return base.Room(options.room_id)

    def delete_room(self, room_id: str) -> None:
        """Make everybody leave, and delete the chat."""
        session_id = room_id.removeprefix("peerloop-session-")
        try:
            redis_client().publish(
                local_room.channel_of(session_id), local_room.closing_message("ended")
            )
            redis_client().delete(local_room.chat_key(session_id))
        except RedisError as error:
            raise Unavailable("Redis does not answer") from error

    def get_join_token(self, room: base.Room, participant: base.Participant) -> base.JoinToken:
        """A ticket for the room's socket, and an address that opens its page without signing in.

        The address works once and for two minutes; both end with the sign-in of the participant.
        """
        session_id = room.room_id.removeprefix("peerloop-session-")
        who = {
            "session_id": session_id,
            "user_id": participant.user_id,
            "sign_in": participant.sign_in,
        }
        way_in = urlencode({"pass": local_room.issue_ticket(**who, salt=local_room.PASS_SALT)})
        page = settings.BASE_URL + reverse("enter-room", args=[session_id])
        return base.JoinToken(local_room.issue_ticket(**who), f"{page}?{way_in}")

    def get_room_status(self, room_id: str) -> base.RoomStatus:
        """Those whose sockets sent a heartbeat lately."""
        session_id = room_id.removeprefix("peerloop-session-")
        try:
            members = redis_client().zrangebyscore(
                local_room.presence_key(session_id), time.time(), "+inf"
            )
        except RedisError as error:
            raise Unavailable("Redis does not answer") from error
        people = frozenset(presence.user_id for presence in local_room.present(members))
        return base.RoomStatus(is_open=bool(people), people=people)

    def find_recordings(self, room_id: str) -> tuple[str, ...]:
        """None: our own room does not record."""
        return ()

    def get_recording_link(self, room_id: str, record_id: str) -> base.RecordingLink:
        """None: our own room does not record."""
        raise Rejected("our own room does not record")

    def register_webhook(self) -> None:
        """Nothing to do: our own room writes its events into the inbox itself."""

    def parse_event(self, call: base.HookCall) -> tuple[base.RoomEvent, ...]:
        """None: no webhook is called; the live app writes its events into the inbox itself."""
        raise base.BadSignature


def recheck_room(session_id: UUID) -> None:
    """Make the sockets of a room check at once whether their people may stay.

    Without Redis they check some seconds later anyway.
    """
    with contextlib.suppress(RedisError):
        redis_client().publish(local_room.channel_of(session_id), b'{"type": "look"}')
