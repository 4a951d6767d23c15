"""Checks the website of a profile: a public http or https URL."""

import ipaddress
import re
from urllib.parse import urlsplit

SCHEMES = ("http", "https")
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
TOP = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}")
# Names that resolve differently for each reader, or only inside an organisation.
INTERNAL = {"arpa", "corp", "home", "internal", "intranet", "lan", "local", "localhost", "onion"}


def is_public_address(text: str) -> bool:
    """Whether it is an http or https address of a host with a public name.

    No address by number, no name without a dot, no user before the host: ``https://bank.example@x``
    reads like a bank and is none.
    """
    if any(character.isspace() or character == "\\" for character in text):
        return False
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
        name = host.rstrip(".").encode("idna").decode("ascii").lower()
    except (ValueError, UnicodeError):
        return False
    if parts.scheme not in SCHEMES or "@" in parts.netloc or _is_number(name):
        return False
    *labels, top = name.split(".")
    return (
        bool(labels)
        and all(LABEL.fullmatch(label) for label in labels)
        and bool(TOP.fullmatch(top))
        and top not in INTERNAL
    )


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
