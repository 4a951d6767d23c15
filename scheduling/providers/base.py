"""What every adapter of a video server must do, and the values that go in and out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from peerloop.kit.ids import uuid_of

JOINED = "participant_joined"
LEFT = "participant_left"
FINISHED = "room_finished"
RECORDED = "recording_ready"
OTHER = "other"


class BadSignature(Exception):
    """A webhook call that does not prove that it comes from the video server."""


@dataclass(frozen=True, slots=True)
class RoomOptions:
    """A room for one session. ``seconds`` is how long it may be used at most, from now."""

    room_id: str
    title: str
    seconds: int
    leave_url: str
    record: bool
    places: int = 2


@dataclass(frozen=True, slots=True)
class Room:
    """A room that was made. ``secrets`` are plain values that the adapter needs later."""

    room_id: str
    secrets: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Participant:
    """Who joins. ``user_id`` is a bare UUID: some servers refuse e-mail addresses.

    ``sign_in`` names the sign-in by which they join: our own room ends with it.
    """

    user_id: str
    name: str
    is_moderator: bool
    sign_in: str = ""


@dataclass(frozen=True, slots=True)
class JoinToken:
    """Token and address for one person. Both are credentials: never logged or stored."""

    token: str
    join_url: str


@dataclass(frozen=True, slots=True)
class RoomStatus:
    """Whether the room is open, and the user ids of those inside now."""

    is_open: bool
    people: frozenset[str] = frozenset()

    @property
    def member_ids(self) -> frozenset[UUID]:
        """The ids of ours among them: whoever entered by the server's own means has another."""
        return frozenset(key for key in map(uuid_of, self.people) if key is not None)


@dataclass(frozen=True, slots=True)
class RecordingLink:
    """Where a recording is at the video server: a credential for minutes, never logged or stored.

    ``is_page``: it leads to a web page that plays it, not to a film.
    """

    url: str
    is_page: bool = False


@dataclass(frozen=True, slots=True)
class HookCall:
    """A raw call to our webhook. ``at`` is real time, against which its timestamps are checked."""

    method: str
    headers: Mapping[str, str]
    query: str
    body: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class RoomEvent:
    """An event that a video server reports, in the same form for all of them.

    ``reference`` names the connection of a person, or the meeting of a room; ``at`` is the server's
    time, None if it gave none. ``in_doubt``: weakly authenticated, so the server must be asked.
    """

    event_id: str
    kind: str
    name: str
    room_id: str
    user_id: str = ""
    reference: str = ""
    at: datetime | None = None
    is_deliberate: bool = False
    in_doubt: bool = False

    def as_json(self) -> dict[str, Any]:
        """The payload that the inbox stores."""
        return {
            "kind": self.kind,
            "name": self.name,
            "room_id": self.room_id,
            "user_id": self.user_id,
            "reference": self.reference,
            "at": self.at.isoformat() if self.at else None,
            "is_deliberate": self.is_deliberate,
            "in_doubt": self.in_doubt,
        }


class VideoProvider(Protocol):
    """A video server. Every method may raise Unavailable (try again) or Rejected (final)."""

    def create_room(self, options: RoomOptions) -> Room:
        """Make the room. Safe to repeat: an open room stays as it is."""
        ...

    def delete_room(self, room_id: str) -> None:
        """End the room, so that everybody leaves. Safe to repeat, also if there is none."""
        ...

    def get_join_token(self, room: Room, participant: Participant) -> JoinToken:
        """Token and address for one person. Some servers close the person's older connection."""
        ...

    def get_room_status(self, room_id: str) -> RoomStatus:
        """Who is inside now. A room that the server does not know is not open."""
        ...

    def find_recordings(self, room_id: str) -> tuple[str, ...]:
        """The ids of the room's recordings that are ready."""
        ...

    def get_recording_link(self, room_id: str, record_id: str) -> RecordingLink:
        """A fresh link to one recording; Rejected if the server has it no more."""
        ...

    def register_webhook(self) -> None:
        """Make sure that the server sends us its events. Safe to repeat: it may forget us."""
        ...

    def parse_event(self, call: HookCall) -> tuple[RoomEvent, ...]:
        """The events of a webhook call; raises BadSignature unless it is authentic and recent."""
        ...
