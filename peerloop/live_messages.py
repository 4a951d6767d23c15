"""The messages that browsers may send through the room's socket; all others are dropped."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from peerloop.kit.text import clean

LARGEST_MESSAGE = 32_768
LONGEST_CHAT = 2_000
LONGEST_WORD = 64
LARGEST_TURN = 1_000_000
# Setting up a call sends some thirty messages at once.
BURST = 120
PER_SECOND = 20.0

Checked = dict[str, Any] | None


class TokenBucket:
    """Rate limit of the messages of a connection."""

    def __init__(self, *, burst: float = BURST, per_second: float = PER_SECOND) -> None:
        self._left = burst
        self._burst = burst
        self._per_second = per_second
        self._seen = time.monotonic()

    def take(self) -> bool:
        """Count one message; returns False if the limit is exceeded."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._seen) * self._per_second)
        self._seen = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


def parse(text: str) -> Checked:
    """The message with its known fields, each validated; None if it is malformed."""
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(message, dict):
        return None
    check = CHECKS.get(str(message.get("type")))
    return check(message) if check else None


def _description(message: Mapping[str, Any]) -> Checked:
    sdp, to = message.get("sdp"), _word(message.get("to"))
    if not isinstance(sdp, str) or not to:
        return None
    turn = message.get("turn")
    return {
        "type": message["type"],
        "to": to,
        "sdp": sdp,
        # The offer that an answer belongs to, and whether this is a new call.
        "turn": turn if isinstance(turn, int) and 0 <= turn < LARGEST_TURN else 0,
        "fresh": message.get("fresh") is True,
    }


def _candidate(message: Mapping[str, Any]) -> Checked:
    given, to = message.get("candidate"), _word(message.get("to"))
    if not to or not isinstance(given, dict) or not isinstance(given.get("candidate"), str):
        return None
    index = given.get("sdpMLineIndex")
    kept = {
        "candidate": given["candidate"][:1000],
        "sdpMid": _word(given.get("sdpMid")),
        "sdpMLineIndex": index if isinstance(index, int) else None,
        "usernameFragment": _word(given.get("usernameFragment")) or None,
    }
    return {"type": "candidate", "to": to, "candidate": kept}


def _restart(message: Mapping[str, Any]) -> Checked:
    to = _word(message.get("to"))
    return {"type": "restart", "to": to, "fresh": message.get("fresh") is True} if to else None


def _media(message: Mapping[str, Any]) -> Checked:
    return {
        "type": "media",
        **{name: message.get(name) is True for name in ("camera", "microphone", "screen")},
    }


def _chat(message: Mapping[str, Any]) -> Checked:
    text = message.get("text")
    if not isinstance(text, str):
        return None
    try:
        text.encode()
    except UnicodeEncodeError:
        return None
    text = clean(text)[:LONGEST_CHAT]
    return {"type": "chat", "text": text, "id": _word(message.get("id"))} if text else None


def _plain(message: Mapping[str, Any]) -> Checked:
    return {"type": message["type"]}


def _word(value: Any) -> str:
    return value if isinstance(value, str) and len(value) <= LONGEST_WORD else ""


CHECKS: dict[str, Callable[[Mapping[str, Any]], Checked]] = {
    "offer": _description,
    "answer": _description,
    "candidate": _candidate,
    "restart": _restart,
    "media": _media,
    "chat": _chat,
    "ping": _plain,
    "leave": _plain,
    "finish": _plain,
}
