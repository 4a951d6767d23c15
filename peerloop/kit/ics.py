"""Lines of calendar files (RFC 5545): escaped, folded, in order. Writing only.

A library builds the same file ten times as slowly; a feed is read every few minutes (ADR 39).
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

LINE_BYTES = 75
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
ESCAPED = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})


def text(value: str) -> str:
    """A value of type TEXT; control characters that no calendar can hold are left out."""
    return CONTROLS.sub("", value.replace("\r\n", "\n")).translate(ESCAPED)


def parameter(value: str) -> str:
    """A quoted value of a parameter, in which quotes can't be written."""
    return '"' + CONTROLS.sub("", value).replace('"', "'").replace("\n", " ") + '"'


def instant(moment: datetime) -> str:
    """An instant in UTC, so that no rules of a zone have to be sent along."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    year, month, day, hour, minute, second = moment.timetuple()[:6]
    return f"{year:04d}{month:02d}{day:02d}T{hour:02d}{minute:02d}{second:02d}Z"


def folded(line: str) -> str:
    """The line in pieces of at most 75 bytes, as the format asks, never inside a character."""
    if len(line) <= LINE_BYTES and line.isascii():
        return line
    if line.isascii():
        first, rest, step = line[:LINE_BYTES], line[LINE_BYTES:], LINE_BYTES - 1
        more = (rest[place : place + step] for place in range(0, len(rest), step))
        return "\r\n ".join([first, *more])
    pieces, room, piece = [], LINE_BYTES, ""
    used = 0
    for character in line:
        size = len(character.encode())
        if used + size > room:
            pieces.append(piece)
            # The space with which the next line begins counts.
            piece, used, room = "", 0, LINE_BYTES - 1
        piece, used = piece + character, used + size
    return "\r\n ".join([*pieces, piece])


def document(lines: Iterable[str]) -> str:
    """The lines as a file: each folded, all ended by CRLF."""
    return "".join(folded(line) + "\r\n" for line in lines)
