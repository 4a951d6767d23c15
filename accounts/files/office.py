"""Office files are archives by form: only those that hold a document and nothing that runs."""

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
# What an honest document never holds: programs, macros, archives, pages.
RUNS = ("vbaproject.bin", ".exe", ".dll", ".js", ".jar", ".class", ".html", ".htm", ".zip", ".svg")
MACROS = "This Office file holds macros or programs. Save it without them."
DAMAGED = "This Office file is damaged or protected by a password."


def office_kind(content: IO[bytes]) -> str | None:
    """Which Office file it is; None for any other archive. Raises NotTaken for what could run."""
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as archive:
            entries = archive.infolist()
            starts_there = min((entry.header_offset for entry in entries), default=-1) == 0
            has_note = bool(archive.comment)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError):
        raise NotTaken(DAMAGED) from None
    names = {entry.filename for entry in entries}
    kind = next((kind for part, kind in PARTS.items() if part in names), None)
    if kind is None or CONTENT_TYPES not in names:
        return None
    if any(name.lower().endswith(RUNS) for name in names) or "META-INF/MANIFEST.MF" in names:
        raise NotTaken(MACROS)
    unpacked = sum(entry.file_size for entry in entries)
    odd = has_note or not starts_there or any(entry.flag_bits & 1 for entry in entries)
    if odd or len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED:
        raise NotTaken(DAMAGED)
    return kind
