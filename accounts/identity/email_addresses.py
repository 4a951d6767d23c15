"""Normalises e-mail addresses to the form that is stored and compared: ASCII, lower case."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from peerloop.kit.refusals import Invalid
from peerloop.kit.text import one_line

LONGEST = 254
CURE = "Enter an e-mail address like name@example.com."


def address_of(text: str) -> str:
    """The normalised address; raises Invalid naming the field ``email``.

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
    """The normalised address or None: for sign-in, where all failures must look alike."""
    try:
        return address_of(text)
    except Invalid:
        return None
