"""Downloads a recording from a video server, going on where an earlier try broke off."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

import requests

from peerloop.kit.providers import Rejected, Unavailable

TIMEOUT = (3.0, 30.0)
CHUNK = 64 * 1024
MOST_REDIRECTS = 5
CONTENT_RANGE = re.compile(r"bytes (\d{1,15})-\d{1,15}/(\d{1,15})", re.ASCII)
PAGES = ("text/html", "application/xhtml")


class NotAFilm(Rejected):
    """The link leads to a web page."""


@dataclass(frozen=True, slots=True)
class Remote:
    """What the server said of a file: its size in bytes, and the word that names its content."""

    size: int | None = None
    validator: str = ""


def download(
    url: str,
    into: IO[bytes],
    *,
    known: Remote,
    note: Callable[[Remote], None],
    most_bytes: int,
    seconds: float,
) -> bool:
    """Append what is missing of the file, for so many seconds at most; whether it is whole now.

    ``into`` holds what earlier calls brought, and ``known`` what they gave to ``note``, which is
    called before anything is written. A server that sends the whole file again, or another one, is
    read from the start. Raises Unavailable, and Rejected for a link that is not valid (any more), a
    web page (NotAFilm) or a file that is too large.
    """
    until = time.monotonic() + seconds
    start = into.seek(0, 2)
    with requests.Session() as session:
        session.max_redirects = MOST_REDIRECTS
        try:
            with session.get(
                url, headers=_headers(start, known), stream=True, timeout=TIMEOUT
            ) as response:
                remote = _begin(response, into, start, known, most_bytes)
                note(remote)
                return _read(response, into, remote, until, most_bytes)
        except requests.RequestException as error:
            # The error's text would hold the link.
            raise Unavailable(f"the download broke off: {type(error).__name__}") from None


def _headers(start: int, known: Remote) -> dict[str, str]:
    headers = {"Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
        if known.validator:
            headers["If-Range"] = known.validator
    return headers


def _begin(
    response: requests.Response, into: IO[bytes], start: int, known: Remote, most_bytes: int
) -> Remote:
    """Check the answer's head, and set the file to where its body belongs."""
    if response.status_code == 416:
        if start and start == known.size:
            return known
        into.truncate(0)
        raise Unavailable("the file at the video server changed")
    if response.status_code == 429 or response.status_code >= 500:
        raise Unavailable(f"the download failed with status {response.status_code}")
    if response.status_code not in (200, 206):
        code = str(response.status_code)
        raise Rejected(f"the download was refused with status {code}", code=code)
    if response.headers.get("Content-Type", "").lower().startswith(PAGES):
        raise NotAFilm("the link leads to a web page")
    size = _size(response, into, start, known)
    if size is not None and size > most_bytes:
        raise Rejected("the recording is too large", code="too_large")
    return Remote(size, _validator(response))


def _size(response: requests.Response, into: IO[bytes], start: int, known: Remote) -> int | None:
    """The whole file's size; a whole answer empties what was gathered."""
    if response.status_code == 206:
        told = CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
        if told and int(told[1]) == start and known.size in (None, int(told[2])):
            return int(told[2])
        into.truncate(0)
        raise Unavailable("the video server sent another part than asked")
    into.seek(0)
    into.truncate(0)
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isascii() and length.isdecimal() else None


def _validator(response: requests.Response) -> str:
    """A strong ETag or a date, as If-Range takes them (RFC 9110, 13.1.5)."""
    tag = response.headers.get("ETag", "")
    word = tag if tag.startswith('"') else response.headers.get("Last-Modified", "")
    return word if len(word) <= 200 else ""


def _read(
    response: requests.Response, into: IO[bytes], remote: Remote, until: float, most_bytes: int
) -> bool:
    if response.status_code == 416:
        return True
    for piece in response.iter_content(CHUNK):
        into.write(piece)
        if into.tell() > most_bytes:
            raise Rejected("the recording is too large", code="too_large")
        if time.monotonic() >= until and into.tell() != remote.size:
            return False
    if remote.size is not None and into.tell() < remote.size:
        raise Unavailable("the download broke off")
    return True
