"""Zips of small files from people: everything is checked before anything is used (rule INP-1).

Nothing is ever written to a disk: a zip is read into memory, up to limits that hold for what comes
out, whatever its headers say.
"""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Mapping
from typing import IO

from peerloop.kit.refusals import Invalid

MEGABYTE = 1024 * 1024
MAX_ZIP_BYTES = 8 * MEGABYTE
MAX_ENTRIES = 2_000
MAX_FILE_BYTES = 6 * MEGABYTE
MAX_ALL_BYTES = 32 * MEGABYTE
# A text that shrinks more than this is no text; what we write ourselves stays below it.
MAX_RATIO = 100
SMALL_BYTES = 10 * 1024
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# The same bytes for the same course.
DATE = (1980, 1, 1, 0, 0, 0)
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9][A-Za-z0-9._-]{0,99}){0,4}")
# What macOS and Windows add when somebody packs a folder again.
LITTER = re.compile(r"(.*/)?(\.DS_Store|Thumbs\.db|desktop\.ini|\._[^/]*)|__MACOSX/.*")
ENCRYPTED = 0x1


class BadArchive(Invalid):
    """The zip can't be taken; ``message`` says why."""

    code = "bad_package"

    def __init__(self, message: str) -> None:
        super().__init__(message, fields={"package": [message]})


def packed(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files, the same for the same files."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in sorted(files.items()):
            info = zipfile.ZipInfo(name, DATE)
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            is_dense = len(content) <= MAX_RATIO // 2 * len(zlib.compress(content))
            info.compress_type = zipfile.ZIP_DEFLATED if is_dense else zipfile.ZIP_STORED
            archive.writestr(info, content)
    return written.getvalue()


def unpacked(upload: IO[bytes], *, size: int) -> dict[str, bytes]:
    """The files of a zip by their names; raises BadArchive."""
    if size > MAX_ZIP_BYTES:
        raise BadArchive(f"The zip has more than {MAX_ZIP_BYTES // MEGABYTE} MB.")
    try:
        with zipfile.ZipFile(upload) as archive:
            return _read(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, OverflowError):
        raise BadArchive("This is no zip, or it is damaged.") from None
    except (NotImplementedError, RuntimeError):
        raise BadArchive("The zip is packed in a way that we don't open.") from None


def _read(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise BadArchive(f"The zip has more than {MAX_ENTRIES} files.")
    wanted = [info for info in entries if _is_wanted(info)]
    names = [info.filename.lower() for info in wanted]
    if len(set(names)) < len(names):
        raise BadArchive("The zip has two files of one name.")
    if sum(info.file_size for info in wanted) > MAX_ALL_BYTES:
        raise BadArchive(_too_large())
    found: dict[str, bytes] = {}
    left = MAX_ALL_BYTES
    for info in wanted:
        found[info.filename] = content = _content(archive, info, min(MAX_FILE_BYTES, left))
        left -= len(content)
    return found


def _is_wanted(info: zipfile.ZipInfo) -> bool:
    """Whether it is a file to read; raises BadArchive for what no course holds."""
    # The name as it stands in the zip: Python cuts it at a NUL.
    name = info.orig_filename
    mode = info.external_attr >> 16
    if mode and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_IFMT(mode) == 0):
        raise BadArchive("The zip holds a link or a device, not only files.")
    if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name:
        raise BadArchive("The zip holds a path that leads outside of it.")
    if LITTER.fullmatch(name):
        return False
    if not NAME.fullmatch(name.removesuffix("/")):
        raise BadArchive("The zip holds a name that no course has.")
    if name.endswith("/"):
        return False
    if info.flag_bits & ENCRYPTED:
        raise BadArchive("The zip is locked with a password.")
    if info.compress_type not in METHODS:
        raise BadArchive("The zip is packed in a way that we don't open.")
    if info.file_size > SMALL_BYTES and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        raise BadArchive("The zip holds a file that is packed too tightly to be a text.")
    return True


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    with archive.open(info) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise BadArchive(_too_large())
    return content


def _too_large() -> str:
    return (
        f"What is in the zip has more than {MAX_ALL_BYTES // MEGABYTE} MB, or one file of it "
        f"more than {MAX_FILE_BYTES // MEGABYTE} MB."
    )
