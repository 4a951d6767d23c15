"""Handles: made from the name, unique whatever the letter case (rule AUTH-5).

A new one is neither a word of ours nor read as somebody else's: 0 and o, 1, i and l count as one
letter, the underscore as none.
"""

import re
import secrets
from collections.abc import Callable

from django.db.models import Func, TextField, Value
from django.db.models.functions import Lower

from peerloop.kit.text import in_latin_letters

# What the database takes a handle to be read as: the same as ``shape_of``.
HANDLE_SHAPE = Func(
    Lower("handle"), Value("01i_"), Value("oll"), function="translate", output_field=TextField()
)
LONGEST = 20
# Numbers looked at in one query before a random one is taken.
NUMBERS = 50
RESERVED = {
    "admin", "administrator", "api", "assets", "billing", "blocks", "calendar", "certificates",
    "courses", "create", "creator", "creators", "dashboard", "earnings", "feed", "follow",
    "followers", "following", "goodwill", "help", "intro", "learn", "live", "login", "logout", "me",
    "messages", "moderator", "notifications", "peerloop", "pricing", "root", "security", "settings",
    "signup", "static", "student", "students", "support", "system", "teach", "teacher", "teachers",
    "team", "verify", "webhooks",
}  # fmt: skip
READ_ALIKE = str.maketrans({"0": "o", "1": "l", "i": "l", "_": ""})


def free_handle(name: str, taken_among: Callable[[set[str]], set[str]]) -> str:
    """A handle that nobody has: letters and digits of the name, a number added on a clash.

    ``taken_among`` gets the shapes of all candidates at once and answers those that are taken.
    """
    stem = (
        re.sub(r"[^A-Za-z0-9_]", "", in_latin_letters(name)).lstrip("0123456789_")[:LONGEST]
        or "member"
    )
    if len(stem) < 3:
        stem = f"{stem}member"
    candidates = [stem, *(_numbered(stem, number) for number in range(2, NUMBERS))]
    shapes = {shape_of(candidate) for candidate in candidates}
    taken = taken_among(shapes) | {shape_of(word) for word in RESERVED}
    for candidate in candidates:
        if shape_of(candidate) not in taken:
            return candidate
    return _numbered(stem, secrets.randbelow(900_000_000) + 100_000_000)


def _numbered(stem: str, number: int) -> str:
    return f"{stem[: LONGEST - len(str(number))]}{number}"


def shape_of(handle: str) -> str:
    """What a handle is read as; the database has the same as ``HANDLE_SHAPE``."""
    return handle.lower().translate(READ_ALIKE)
