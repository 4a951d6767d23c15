"""Values of headers of answers and mails: names of files (security OUT-2), types of calendars."""

import re
from urllib.parse import quote

from peerloop.kit.text import one_line

UNSAFE = set('"\\%;/')
METHOD = re.compile(r"^METHOD:([A-Z]+)\r?$", re.MULTILINE)


def disposition(name: str, *, inline: bool = False) -> str:
    """The value of Content-Disposition for a file of that name (RFC 6266, RFC 5987).

    Old programs read ``filename``, cut to safe ASCII, the others ``filename*``. No control
    character, quote or line end of the name passes.
    """
    kept = one_line(name) or "file"
    plain = "".join(
        character if character.isascii() and character not in UNSAFE else "_" for character in kept
    )
    how = "inline" if inline else "attachment"
    value = f'{how}; filename="{plain}"'
    return value if plain == kept else f"{value}; filename*=UTF-8''{quote(kept, safe='')}"


def calendar_type(ics: str) -> str:
    """The Content-Type of a calendar file: it names the METHOD of the file (RFC 5545, 8.1)."""
    method = METHOD.search(ics)
    return "text/calendar; charset=utf-8" + (f"; method={method[1]}" if method else "")
