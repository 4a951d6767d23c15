"""Serves contents, with headers under which they can do no harm (FIL-3)."""

import re
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from accounts.files import storage
from accounts.models import File
from peerloop.kit.headers import disposition
from peerloop.kit.refusals import Missing

CHUNK = 64 * 1024
PART = re.compile(r"bytes=(\d{0,12})-(\d{0,12})", re.ASCII | re.IGNORECASE)
# A sandboxed document: no scripts, forms or plug-ins, and no access to our origin.
SANDBOX = "sandbox; default-src 'none'"
SHOWN_IN_BROWSER = {"application/pdf"}


def answer_file(
    request: HttpRequest, file: File, *, width: int | None = None, inline: bool = False
) -> HttpResponseBase:
    """The content of a file, or one version of a picture; raises Missing, StorageDown.

    Pictures of our making are shown in the browser, a PDF if ``inline``; all else is a download.
    """
    if file.is_picture:
        width = width or max(file.widths)
        if width not in file.widths:
            raise Missing
    try:
        content = storage.opened(file.key, width if file.is_picture else None)
    except FileNotFoundError:
        raise Missing from None
    tag = f'"{file.sha256}-{width}"' if file.is_picture else f'"{file.sha256}"'
    response = _whole_or_part(request, content, content.size, tag)
    response["ETag"] = tag
    shown = file.is_picture or (inline and file.content_type in SHOWN_IN_BROWSER)
    charset = "; charset=utf-8" if file.content_type == "text/plain" else ""
    response["Content-Type"] = file.content_type + charset
    name = file.name
    if file.is_picture:
        name = f"{name.rpartition('.')[0] or name}.webp"
    response["Content-Disposition"] = disposition(name, inline=shown)
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Accept-Ranges"] = "bytes"
    return response


def _asked_part(request: HttpRequest, tag: str) -> tuple[str, str] | None:
    """First and last byte of the range that counts, as they were sent; None for all of the file.

    RFC 9110: a range counts for GET alone (14.2), is ignored where it ends before it begins
    (14.1.1) and where If-Range names another content (13.1.5). Of several ranges none counts.
    """
    asked = PART.fullmatch(request.headers.get("Range", ""))
    if asked is None or request.method != "GET" or request.headers.get("If-Range", tag) != tag:
        return None
    first, last = asked[1], asked[2]
    if not (first or last) or (first and last and int(first) > int(last)):
        return None
    return first, last


def _whole_or_part(
    request: HttpRequest, content: Any, size: int, tag: str
) -> StreamingHttpResponse | HttpResponse:
    """All of it, or the one range that was asked for."""
    start, end, status = 0, size - 1, 200
    asked = _asked_part(request, tag)
    if asked is not None:
        first, last = asked
        if first:
            start, end = int(first), min(int(last or size), size - 1)
        else:
            start = max(0, size - int(last))
        if start > end:
            content.close()
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        status = 206
    response = StreamingHttpResponse(_Pieces(content, start, end - start + 1), status=status)
    response["Content-Length"] = str(end - start + 1)
    if status == 206:
        response["Content-Range"] = f"bytes {start}-{end}/{size}"
    return response


class _Pieces:
    """A part of the content; Django closes it with the response, also when the client is gone."""

    def __init__(self, content: Any, start: int, length: int) -> None:
        self.content, self.start, self.length = content, start, length

    def __iter__(self) -> Iterator[bytes]:
        self.content.seek(self.start)
        left = self.length
        while left > 0 and (piece := self.content.read(min(CHUNK, left))):
            left -= len(piece)
            yield piece

    def close(self) -> None:
        """Close the content."""
        self.content.close()
