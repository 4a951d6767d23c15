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
PART = re.compile(r"bytes=(\d{0,12})-(\d{0,12})", re.ASCII)
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
    response = _whole_or_part(request, content, content.size)
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


def _whole_or_part(request: HttpRequest, content: Any, size: int) -> HttpResponseBase:
    """All of it, or the one range that was asked for (RFC 9110); several ranges get all."""
    start, end, status = 0, size - 1, 200
    asked = PART.fullmatch(request.headers.get("Range", ""))
    if asked and (asked[1] or asked[2]):
        if asked[1]:
            start, end = int(asked[1]), min(int(asked[2] or size), size - 1)
        else:
            start = max(0, size - int(asked[2]))
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
