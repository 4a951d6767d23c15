"""Checks of file storage and of the virus scanner."""

import io
import secrets
from collections.abc import Iterator

from django.conf import settings
from django.core.files.storage import storages

from accounts.files import clamd
from peerloop.kit.providers import Unavailable
from peerloop.operations.findings import OK, PROBLEM, WARNING, Finding

CURE = "Check STORAGE_URL, the rights of its folder or key, and the space left."
SCANNER_CURE = "Set CLAMD_URL (tcp://host:3310 or unix:///path) to a clamd; docs/operations.md."


def check_files(subject: str) -> Iterator[Finding]:
    """Write, read and delete a small file; ask the scanner whether it lives."""
    storage, name = storages["default"], f"doctor/{secrets.token_hex(8)}"
    storage.save(name, io.BytesIO(b"doctor"))
    try:
        with storage.open(name) as content:
            read = content.read()
    finally:
        storage.delete(name)
    if read != b"doctor":
        yield Finding(PROBLEM, subject, "what was written reads back otherwise", CURE)
    else:
        where = str(settings.STORAGES["default"]["BACKEND"]).rpartition(".")[2]
        yield Finding(OK, subject, f"{where} keeps files")
    yield from _scanner(subject)


def _scanner(subject: str) -> Iterator[Finding]:
    if not clamd.is_set():
        text = "uploads are not checked for viruses, and say so"
        yield Finding(WARNING, subject, text, SCANNER_CURE)
        return
    try:
        clamd.ping()
    except Unavailable as error:
        text = f"{error}: uploads wait until it does"
        yield Finding(PROBLEM, subject, text, "Start clamd, or correct CLAMD_URL.")
    else:
        yield Finding(OK, subject, "clamd checks uploads")
