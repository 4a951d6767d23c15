"""Handles: made from the name, unique whatever the letter case (rule AUTH-5)."""

import re
import unicodedata

from accounts.models import User

LONGEST = 20
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
        stem = f"{stem}member"[:LONGEST]
    taken = {
        handle.lower()
        for handle in User.objects.filter(handle__istartswith=stem[: LONGEST - 6]).values_list(
            "handle", flat=True
        )
    } | RESERVED
    if stem.lower() not in taken:
        return stem
    number = 2
    while (candidate := f"{stem[: LONGEST - len(str(number))]}{number}").lower() in taken:
        number += 1
    return candidate
