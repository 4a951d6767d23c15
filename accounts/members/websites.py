"""Checks the website of a profile: a public http or https URL."""

from urllib.parse import urlsplit

from peerloop.kit.domains import ascii_domain, is_public_domain

SCHEMES = ("http", "https")


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
        name = ascii_domain(host.rstrip("."))
    except ValueError:
        return False
    return parts.scheme in SCHEMES and "@" not in parts.netloc and is_public_domain(name)
