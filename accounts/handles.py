"""Handles: made from the name, unique whatever the letter case (rule AUTH-5)."""

import re
import secrets
import unicodedata

from django.db.models.functions import Lower

from accounts.models import User

LONGEST = 20
# Numbers looked at in one query before a random one is taken.
NUMBERS = 50
RESERVED = {
    "admin", "administrator", "api", "billing", "creator", "creators", "help", "intro", "live",
    "login", "logout", "me", "moderator", "peerloop", "root", "security", "settings", "signup",
    "static", "support", "system", "teach", "teacher", "teachers", "team",
}  # fmt: skip


def free_handle(name: str) -> str:
    """A handle that nobody has: letters and digits of the name, a number added on a clash."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^A-Za-z0-9_]", "", plain).lstrip("0123456789_")[:LONGEST] or "member"
    if len(stem) < 3:
        stem = f"{stem}member"
    candidates = [stem, *(_numbered(stem, number) for number in range(2, NUMBERS))]
    taken = _taken(candidates) | RESERVED
    for candidate in candidates:
        if candidate.lower() not in taken:
            return candidate
    return _numbered(stem, secrets.randbelow(900_000_000) + 100_000_000)


def _numbered(stem: str, number: int) -> str:
    return f"{stem[: LONGEST - len(str(number))]}{number}"


def _taken(candidates: list[str]) -> set[str]:
    """Those that somebody has, in lower case: one look at the unique index."""
    lower = [candidate.lower() for candidate in candidates]
    found = User.objects.annotate(handle_lower=Lower("handle")).filter(handle_lower__in=lower)
    return set(found.values_list("handle_lower", flat=True))
