"""Our own video room: tickets to its socket, who is inside, STUN and TURN servers.

Presence is kept in Redis, where every web process sees it; entries of a process that dies expire.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing

TICKET_SECONDS = 120
TICKET_SALT, PASS_SALT, VISITOR_SALT = (
    "scheduling.room",
    "scheduling.room.pass",
    "scheduling.room.visitor",
)
PRESENT_SECONDS = 40
# Real time: keys in Redis do not expire by the demo clock.
KEEP_SECONDS = 12 * 3600
TURN_SECONDS = 2 * 3600


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right of one person to open one socket or page, once, within two minutes.

    It holds while the sign-in lasts by which it was asked for.
    """

    session_id: UUID
    user_id: UUID
    sign_in: str
    number: str


def room_id_of(session_id: UUID | str) -> str:
    """The room's name, the same at every video server (rule ROOM-2)."""
    return f"peerloop-session-{session_id}"


def session_id_of(room_id: str) -> UUID | None:
    """The session that a room belongs to, if the name is one of ours."""
    try:
        return UUID(room_id.removeprefix("peerloop-session-"))
    except ValueError:
        return None


def issue_ticket(
    *, session_id: UUID | str, user_id: UUID | str, sign_in: str, salt: str = TICKET_SALT
) -> str:
    """A signed ticket; the caller has checked that the person may enter.

    ``salt``: for what it is good: TICKET_SALT the room's socket, PASS_SALT its page without signing
    in, VISITOR_SALT the cookie of such a page.
    """
    value = [str(session_id), str(user_id), sign_in, secrets.token_urlsafe(12)]
    return signing.dumps(value, salt=salt)


def read_ticket(text: str, *, salt: str = TICKET_SALT, seconds: int | None = None) -> Ticket | None:
    """The ticket, or None if it is forged or too old. Redis makes sure that it is used once."""
    age = TICKET_SECONDS if seconds is None else seconds
    try:
        session_id, user_id, sign_in, number = signing.loads(text, salt=salt, max_age=age)
        return Ticket(UUID(session_id), UUID(user_id), str(sign_in), str(number))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def ticket_key(ticket: Ticket) -> str:
    """Redis key of a used ticket."""
    return f"room:ticket:{ticket.number}"


def channel_of(session_id: UUID | str) -> str:
    """Redis channel by which the sockets of a room send each other messages."""
    return f"live:room:{session_id}"


def presence_key(session_id: UUID | str) -> str:
    """Redis sorted set of those inside; the score is the second at which the entry expires."""
    return f"room:here:{session_id}"


def chat_key(session_id: UUID | str) -> str:
    """Redis list of a room's chat messages, for those who come later or reload."""
    return f"room:chat:{session_id}"


@dataclass(frozen=True, slots=True)
class Presence:
    """One open socket of a person: ``connection`` named by the server, ``page`` by the browser."""

    user_id: str
    connection: str
    page: str

    def as_member(self) -> str:
        """The entry of the sorted set."""
        return f"{self.user_id}|{self.connection}|{self.page}"

    @classmethod
    def of_member(cls, member: bytes | str) -> "Presence":
        """Read an entry back."""
        text = member.decode() if isinstance(member, bytes) else member
        user_id, connection, page = text.split("|", 2)
        return cls(user_id, connection, page)


def present(members: Iterable[Any]) -> list[Presence]:
    """The entries of the sorted set."""
    return [Presence.of_member(member) for member in members]


def runs_out_at() -> float:
    """When a heartbeat sent now expires, in seconds of real time."""
    return time.time() + PRESENT_SECONDS


def closing_message(reason: str) -> bytes:
    """The message that makes everybody leave a room."""
    return json.dumps({"type": "end", "reason": reason}).encode()


def closes_at(scheduled_end: datetime) -> datetime:
    """When the room closes: some minutes after the scheduled end."""
    return scheduled_end + timedelta(minutes=settings.ROOM_GRACE_MINUTES)


def ice_servers(*, session_id: UUID, user_id: UUID) -> list[dict[str, Any]]:
    """STUN and TURN servers of the settings; by default none, so that no other host is contacted.

    TURN credentials are for this person and session and valid for two hours (RTC-2), in the form
    of coturn's ``use-auth-secret``.
    """
    servers = list(settings.ICE_SERVERS)
    if settings.TURN_URLS and settings.TURN_SECRET:
        name = f"{int(time.time()) + TURN_SECONDS}:{session_id}:{user_id}"
        # TURN servers accept only SHA-1.
        digest = hmac.new(settings.TURN_SECRET.encode(), name.encode(), hashlib.sha1).digest()
        servers.append(
            {
                "urls": settings.TURN_URLS,
                "username": name,
                "credential": base64.b64encode(digest).decode(),
            }
        )
    return servers
