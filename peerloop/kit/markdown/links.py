"""Which addresses a text may link to, and what a reader is told of where a link leads."""

import re
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

LONGEST_ADDRESS = 2_000
WEB = ("http", "https")
MAIL = re.compile(r"mailto:[^\s@?&%\\<>\"]+@[^\s@?&%\\<>\"]+", re.IGNORECASE)
# Parts of an address that only mislead: what browsers read otherwise than people.
TRICKS = re.compile(r"[\x00-\x20\x7f-\xa0\\]")
# As it stands in an address: in ASCII, and with a letter or figure at both ends.
HOST = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?\.?")
SCHEME = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)


def is_allowed(address: str) -> bool:
    """Whether a text may link there: the web, an address of mail, or a path of this site.

    Neither ``//host`` nor ``user:password@host``, which look like something else than they are.
    """
    if len(address) > LONGEST_ADDRESS or TRICKS.search(address):
        return False
    if address.startswith("/"):
        return not address.startswith("//")
    parts = _split(address)
    if parts is None:
        return False
    if parts.scheme == "mailto":
        return MAIL.fullmatch(address) is not None
    is_host = HOST.fullmatch(parts.hostname or "") is not None
    return parts.scheme in WEB and is_host and "@" not in parts.netloc


def is_own(address: str) -> bool:
    """Whether an allowed address stays on this site."""
    if address.startswith("/"):
        return True
    parts, own = _split(address), urlsplit(settings.BASE_URL)
    return parts is not None and (parts.scheme, parts.netloc) == (own.scheme, own.netloc)


def absolute(address: str) -> str:
    """The address with this site's beginning where it is a path: for mails."""
    return f"{settings.BASE_URL}{address}" if address.startswith("/") else address


def said_host(address: str, words: str) -> str:
    """The host to show after a link, in ASCII; empty where its words say it, or it is our own."""
    if is_own(address):
        return ""
    shown, target = _bare(words), _bare(address)
    parts = _split(address)
    host = (parts.hostname or "") if parts is not None and parts.scheme in WEB else target
    return "" if shown in (target, host) else host


def _bare(address: str) -> str:
    return SCHEME.sub("", address.strip(), count=1).rstrip("/").lower()


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        # Raises for a port that is none.
        return parts if parts.port is None or parts.port else None
    except ValueError:
        return None
