"""Checks an upload in one pass: its size, its content, and whether its name fits (FIL-1).

Every refusal names the field ``file`` and says why.
"""

import codecs
import hashlib
import zipfile
from dataclasses import dataclass
from typing import IO, Any

from accounts.files.kinds import (
    ARCHIVE,
    BREAKS,
    HEAD,
    KINDS,
    PICTURE,
    UNKNOWN,
    Kind,
    NotTaken,
    kind_by_content,
)
from accounts.files.names import clean_name, extension_of
from accounts.files.office import office_kind
from accounts.files.purposes import Rules, rules_of
from accounts.models.files import Purpose
from peerloop.kit.refusals import Invalid

CHUNK = 64 * 1024
END = 1_024


@dataclass(frozen=True, slots=True)
class Checked:
    """An accepted upload: its kind and its content, to be read from the start."""

    kind: Kind
    name: str
    size: int
    sha256: str
    content: IO[bytes]


def refused(words: str, code: str = "file_refused") -> Invalid:
    """The refusal of a file, in words for the person who chose it."""
    return Invalid.field("file", words, code=code)


def checked(upload: Any, *, purpose: Purpose) -> Checked:
    """Read the upload; raises Invalid for what the purpose does not take."""
    rules = rules_of(purpose)
    name = clean_name(str(getattr(upload, "name", "") or ""))
    content: IO[bytes] = getattr(upload, "file", None) or upload
    content.seek(0)
    extension = extension_of(name)
    kind = _taken_kind(content, rules, extension)
    if extension not in kind.extensions:
        named = f"is named .{extension}" if extension else "has no ending in its name"
        words = f"This file {named}, but it is {kind.words}. Name it .{kind.extensions[0]}."
        raise refused(words, "file_type")
    size, sha256 = _measured(content, kind, rules)
    if kind.family != PICTURE:
        _check_single(content, kind, size)
    content.seek(0)
    return Checked(kind, name, size, sha256, content)


def checked_own(content: IO[bytes], *, stem: str, purpose: Purpose) -> Checked:
    """What one of our own servers made, named after its kind; raises Invalid as for an upload."""
    rules = rules_of(purpose)
    content.seek(0)
    kind = _taken_kind(content, rules)
    size, sha256 = _measured(content, kind, rules)
    content.seek(0)
    return Checked(kind, f"{stem}.{kind.extensions[0]}", size, sha256, content)


def _taken_kind(content: IO[bytes], rules: Rules, extension: str = "") -> Kind:
    """The kind by its first bytes; raises Invalid for what the purpose does not take."""
    head = content.read(HEAD)
    if not head:
        raise refused("This file is empty.", "file_empty")
    try:
        return _kind(head, content, rules, extension)
    except NotTaken as why:
        raise refused(f"{why} We take {rules.words}.", "file_type") from None


def _kind(head: bytes, content: IO[bytes], rules: Rules, extension: str) -> Kind:
    name: str | None = kind_by_content(head, extension=extension)
    if name == "zip":
        name = office_kind(content)
        if name is None:
            raise NotTaken(ARCHIVE)
    if name is None:
        raise NotTaken(UNKNOWN)
    kind = KINDS[name]
    if not rules.takes(kind):
        raise NotTaken(f"This is {kind.words}.")
    return kind


def _measured(content: IO[bytes], kind: Kind, rules: Rules) -> tuple[int, str]:
    """Size and checksum, counted while reading; text is read as text on the way."""
    most = rules.most_bytes_of(kind)
    size, digest = 0, hashlib.sha256()
    decode = codecs.getincrementaldecoder("utf-8")() if kind.name == "text" else None
    content.seek(0)
    while piece := content.read(CHUNK):
        size += len(piece)
        if size > most:
            what = "A picture" if kind.family == PICTURE else "A file"
            words = f"{what} may have {most // 1024**2} MB at most."
            raise refused(words, "file_too_large")
        digest.update(piece)
        if decode is not None:
            _check_text(piece, decode)
    if decode is not None:
        _check_text(b"", decode, final=True)
    return size, digest.hexdigest()


def _check_text(piece: bytes, decode: Any, *, final: bool = False) -> None:
    try:
        decode.decode(piece, final)
    except UnicodeDecodeError:
        raise refused("This is no plain text in UTF-8.", "file_type") from None
    if not BREAKS.isdisjoint(piece):
        raise refused("This text holds signs that no text has.", "file_type")


def _check_single(content: IO[bytes], kind: Kind, size: int) -> None:
    """Refuse a file that another program would read as something else (a polyglot)."""
    office = kind.name in ("docx", "pptx", "xlsx")
    if not office and zipfile.is_zipfile(content):
        raise refused("This file is an archive as well. Save it anew.", "file_type")
    if kind.name == "pdf":
        content.seek(max(0, size - END))
        if b"%%EOF" not in content.read():
            raise refused("This PDF is damaged: its end is missing.", "file_damaged")
