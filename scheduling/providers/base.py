"""What PeerLoop asks of a video server, in its own words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

JOINED = "participant_joined"
LEFT = "participant_left"
FINISHED = "room_finished"
RECORDED = "recording_ready"
OTHER = "other"


class BadSignature(Exception):
    """A call claims to come from the video server, and does not prove it."""


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
    """A room that stands. ``secrets`` are plain values which the adapter needs again."""

    room_id: str
    secrets: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Participant:
    """Who wants in. ``user_id`` is a bare UUID: e-mail addresses are refused by some servers."""

    user_id: str
    name: str
    is_moderator: bool


@dataclass(frozen=True, slots=True)
class JoinToken:
    """A way in for one person. Credentials both: never logged, never stored, made on a click."""

    token: str
    join_url: str


@dataclass(frozen=True, slots=True)
class RoomStatus:
    """Whether the room stands, and who (user ids) is inside right now."""

    is_open: bool
    people: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording that is ready to be watched; ``url`` may be short-lived."""

    record_id: str
    url: str


@dataclass(frozen=True, slots=True)
class HookCall:
    """A call to our webhook, as it came: ``body`` and ``query`` are the raw text. ``at`` is real
    time, against which stamps are checked."""

    method: str
    headers: Mapping[str, str]
    query: str
    body: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class RoomEvent:
    """Something that a video server reports, in one vocabulary for all of them.

    ``reference`` tells connections of one person apart (or meetings of one room); ``at`` is the
    server's time, None if it did not say. ``in_doubt``: weakly proven, to be looked up.
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
    recording_url: str = ""

    def as_json(self) -> dict[str, Any]:
        """What the inbox keeps."""
        return {
            "kind": self.kind,
            "name": self.name,
            "room_id": self.room_id,
            "user_id": self.user_id,
            "reference": self.reference,
            "at": self.at.isoformat() if self.at else None,
            "is_deliberate": self.is_deliberate,
            "in_doubt": self.in_doubt,
            "recording_url": self.recording_url,
        }


class VideoProvider(Protocol):
    """A video server. Every method may raise Unavailable (try again) or Rejected (a final no)."""

    def create_room(self, options: RoomOptions) -> Room:
        """Make the room, or find it standing. Safe to repeat: an open room is left as it is."""
        ...

    def delete_room(self, room_id: str) -> None:
        """End the room and send everybody out. Safe to repeat; a missing room has ended too."""
        ...

    def get_join_token(self, room: Room, participant: Participant) -> JoinToken:
        """A way in for one person. Some servers throw out an older connection of theirs."""
        ...

    def get_room_status(self, room_id: str) -> RoomStatus:
        """Who is inside now. An unknown room is not open."""
        ...

    def find_recordings(self, room_id: str) -> tuple[Recording, ...]:
        """The recordings of the room that are ready."""
        ...

    def parse_event(self, call: HookCall) -> tuple[RoomEvent, ...]:
        """What a webhook call reports; raises BadSignature unless it is proven and fresh."""
        ...
