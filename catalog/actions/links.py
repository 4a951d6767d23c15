"""Links of modules to videos and documents: addresses of public hosts only."""

from accounts.members.websites import is_public_address
from peerloop.kit.refusals import Invalid

MAX_LENGTH = 500


def checked_link(name: str, value: str | None) -> str | None:
    """The address, or None for none.

    Raises Invalid naming the field for what only this server or one network can reach, for other
    schemes than http and https, and for addresses with a user in them.
    """
    text = (value or "").strip()
    if not text:
        return None
    if len(text) > MAX_LENGTH:
        raise Invalid.field(name, f"Use at most {MAX_LENGTH} characters.")
    if not is_public_address(text) or not text.isprintable():
        raise Invalid.field(
            name, "Give a public web address that everybody can open, like https://example.com/a."
        )
    return text
