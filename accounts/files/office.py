"""Office files are ZIP archives: accepts those with a document and without programs."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import IO
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from accounts.files.kinds import NotTaken

# Where Office itself puts the main part; other programs name it in the relationships.
PARTS = {
    "word/document.xml": "docx",
    "ppt/presentation.xml": "pptx",
    "xl/workbook.xml": "xlsx",
}
TYPES = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": "pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
}
MACRO_TYPE = "macroenabled"
# Names of parts differ without regard to case (ECMA-376-2).
CONTENT_TYPES, RELATIONSHIPS = "[content_types].xml", "_rels/.rels"
MAIN_PART = "/officeDocument"
LARGEST_INDEX = 1024 * 1024
MOST_ENTRIES = 5_000
MOST_UNPACKED = 500 * 1024 * 1024
# What a document must not contain: programs, macros, archives, web pages. Pictures of any kind may
# be in it: the file is only downloaded.
RUNS = ("vbaproject.bin", ".exe", ".dll", ".js", ".jar", ".class", ".html", ".htm", ".zip")
MACROS = "This Office file holds macros or programs. Save it without them."
DAMAGED = "This Office file is damaged or protected by a password."
# RuntimeError: a part has a password.
UNREADABLE = (zipfile.BadZipFile, RuntimeError, ValueError, EOFError, OSError, zlib.error)
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
            parts = {entry.filename.lower(): entry for entry in entries}
            kind = _kind_of(archive, parts)
    except UNREADABLE:
        raise NotTaken(DAMAGED) from None
    if kind is None:
        return None
    if any(name.endswith(RUNS) for name in parts) or "meta-inf/manifest.mf" in parts:
        raise NotTaken(MACROS)
    unpacked = sum(entry.file_size for entry in entries)
    odd = not starts_there or any(entry.flag_bits & 1 for entry in entries)
    if odd or len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED:
        raise NotTaken(DAMAGED)
    return kind


def _kind_of(archive: zipfile.ZipFile, parts: Mapping[str, zipfile.ZipInfo]) -> str | None:
    """The kind by the main part; None if there is none, or no list of types."""
    if CONTENT_TYPES not in parts:
        return None
    main = _main_part(archive, parts)
    if main in parts:
        content_type = _type_of(archive, parts, main)
        if MACRO_TYPE in content_type.lower():
            raise NotTaken(MACROS)
        if content_type in TYPES:
            return TYPES[content_type]
    return next((kind for part, kind in PARTS.items() if part in parts), None)


def _main_part(archive: zipfile.ZipFile, parts: Mapping[str, zipfile.ZipInfo]) -> str:
    """The name of the main part in small letters; "" if no relationship leads to one."""
    for relationship in _index(archive, parts, RELATIONSHIPS):
        if relationship.get("Type", "").endswith(MAIN_PART):
            return unquote(relationship.get("Target", "")).lstrip("/").lower()
    return ""


def _type_of(archive: zipfile.ZipFile, parts: Mapping[str, zipfile.ZipInfo], part: str) -> str:
    """The type of a part: its own, else that of its ending."""
    ending = part.rpartition(".")[2]
    found = ""
    for entry in _index(archive, parts, CONTENT_TYPES):
        if entry.get("PartName", "").lstrip("/").lower() == part:
            return entry.get("ContentType", "")
        if entry.get("Extension", "").lower() == ending:
            found = entry.get("ContentType", "")
    return found


def _index(
    archive: zipfile.ZipFile, parts: Mapping[str, zipfile.ZipInfo], name: str
) -> list[ET.Element]:
    """The entries of a small XML part; none if it is missing or can't be read."""
    entry = parts.get(name)
    if entry is None or entry.file_size > LARGEST_INDEX:
        return []
    content = archive.read(entry)
    # Entities can expand a small part enormously; Office declares none.
    if b"<!" in content:
        return []
    try:
        return list(ET.fromstring(content))  # noqa: S314 - declarations are refused above
    except ET.ParseError:
        return []


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
