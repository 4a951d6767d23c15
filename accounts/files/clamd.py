"""A client of clamd, over its own protocol (FIL-4)."""

import socket
import struct
from dataclasses import dataclass
from typing import IO

from django.conf import settings

from peerloop.kit.providers import Unavailable

CONNECT_SECONDS, ANSWER_SECONDS = 3, 60
CHUNK = 64 * 1024
LONGEST_ANSWER = 4_096
AWAY = "away"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a scan: clean, or the name of what was found."""

    found: str = ""

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not self.found


def is_set() -> bool:
    """Whether a scanner is configured."""
    return settings.CLAMD is not None


def scan(content: IO[bytes]) -> Verdict:
    """Have the content scanned; raises Unavailable for anything but a clear answer.

    Its code is AWAY where nobody answered at all.
    """
    answer = _ask(b"zINSTREAM\0", content)
    text = answer.removeprefix("stream: ")
    if text == "OK":
        return Verdict()
    if text.endswith(" FOUND"):
        return Verdict(text.removesuffix(" FOUND") or "unnamed")
    raise Unavailable(f"clamd said: {text[:200] or 'nothing'}", code="" if text else AWAY)


def ping() -> None:
    """Raises Unavailable unless the scanner answers."""
    if (answer := _ask(b"zPING\0", None)) != "PONG":
        raise Unavailable(f"clamd said: {answer[:200] or 'nothing'}")


def _ask(command: bytes, content: IO[bytes] | None) -> str:
    try:
        with _connected() as connection:
            connection.sendall(command)
            if content is not None:
                while piece := content.read(CHUNK):
                    connection.sendall(struct.pack("!L", len(piece)) + piece)
                connection.sendall(struct.pack("!L", 0))
            return _answer(connection)
    except OSError as error:
        raise Unavailable(f"clamd does not answer: {type(error).__name__}", code=AWAY) from error


def _connected() -> socket.socket:
    address: tuple[str, int] | str | None = settings.CLAMD
    if address is None:
        raise Unavailable("no scanner is set: CLAMD_URL is empty")
    if isinstance(address, str):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(CONNECT_SECONDS)
        try:
            connection.connect(address)
        except OSError:
            connection.close()
            raise
    else:
        connection = socket.create_connection(address, timeout=CONNECT_SECONDS)
    connection.settimeout(ANSWER_SECONDS)
    return connection


def _answer(connection: socket.socket) -> str:
    said = b""
    while b"\0" not in said and len(said) < LONGEST_ANSWER:
        piece = connection.recv(LONGEST_ANSWER)
        if not piece:
            break
        said += piece
    return said.partition(b"\0")[0].decode("utf-8", "replace").strip()
