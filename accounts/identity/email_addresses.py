"""E-mail addresses in the one form that is stored and compared: ASCII, lower case."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from peerloop.kit.refusals import Invalid
from peerloop.kit.text import one_line

LONGEST = 254
CURE = "Enter an e-mail address like name@example.com."


def address_of(text: str) -> str:
    """The address in the form that we keep; raises Invalid naming the field ``email``.

    A domain in another script becomes its ASCII form, so that one mailbox is one account.
    """
    plain = one_line(text)
    local, at_sign, domain = plain.rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii") if at_sign else ""
        address = f"{local}@{ascii_domain}".lower()
        validate_email(address)
    except (UnicodeError, ValidationError):
        raise Invalid.field("email", CURE) from None
    if len(address) > LONGEST or not address.isascii():
        raise Invalid.field("email", CURE)
    return address


def address_or_none(text: str) -> str | None:
    """The same, with nothing for what is no address: for sign-in, where all failures look alike."""
    try:
        return address_of(text)
    except Invalid:
        return None
