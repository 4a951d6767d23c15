"""Office files are ZIP archives: accepts those with a document and without programs."""

import io
import struct
import zipfile
from typing import IO

from accounts.files.kinds import NotTaken

PARTS = {
    "word/document.xml": "docx",
    "ppt/presentation.xml": "pptx",
    "xl/workbook.xml": "xlsx",
}
CONTENT_TYPES = "[Content_Types].xml"
MOST_ENTRIES = 5_000
MOST_UNPACKED = 500 * 1024 * 1024
# What a document must not contain: programs, macros, archives, web pages.
RUNS = ("vbaproject.bin", ".exe", ".dll", ".js", ".jar", ".class", ".html", ".htm", ".zip", ".svg")
MACROS = "This Office file holds macros or programs. Save it without them."
DAMAGED = "This Office file is damaged or protected by a password."
# The record at the very end, and the pointer of the large form before it, which none of these has.
END, END_BYTES = b"PK\x05\x06", 22
LARGE, LARGE_BYTES = b"PK\x06\x07", 20
MOST_DIRECTORY = MOST_ENTRIES * 256


def office_kind(content: IO[bytes]) -> str | None:
    """Which Office file it is; None for any other archive. Raises NotTaken for what could run."""
    _check_end(content)
    try:
        with zipfile.ZipFile(content) as archive:
            entries = archive.infolist()
            starts_there = min((entry.header_offset for entry in entries), default=-1) == 0
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError):
        raise NotTaken(DAMAGED) from None
    names = {entry.filename for entry in entries}
    kind = next((kind for part, kind in PARTS.items() if part in names), None)
    if kind is None or CONTENT_TYPES not in names:
        return None
    if any(name.lower().endswith(RUNS) for name in names) or "META-INF/MANIFEST.MF" in names:
        raise NotTaken(MACROS)
    unpacked = sum(entry.file_size for entry in entries)
    odd = not starts_there or any(entry.flag_bits & 1 for entry in entries)
    if odd or len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED:
        raise NotTaken(DAMAGED)
    return kind


def _check_end(content: IO[bytes]) -> None:
    """Refuse a directory that would fill the memory, and data after the end."""
    size = content.seek(0, io.SEEK_END)
    content.seek(max(0, size - END_BYTES - LARGE_BYTES))
    tail = content.read()
    end = tail[-END_BYTES:]
    if not end.startswith(END) or tail.startswith(LARGE):
        raise NotTaken(DAMAGED)
    if struct.unpack_from("<L", end, 12)[0] > MOST_DIRECTORY:
        raise NotTaken(DAMAGED)
    content.seek(0)
