"""Normalises e-mail addresses to the form that is stored and compared: ASCII, lower case."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from peerloop.kit.domains import ascii_mailbox, is_public_domain
from peerloop.kit.refusals import Invalid
from peerloop.kit.text import one_line

LONGEST = 254
# RFC 5321, 4.5.3.1.1: servers need not take more before the at sign.
LONGEST_LOCAL = 64
CURE = "Enter an e-mail address like name@example.com."


def address_of(text: str) -> str:
    """The normalised address; raises Invalid naming the field ``email``.

    A domain in another script becomes its ASCII form, so that one mailbox is one account. The part
    before the at sign must be ASCII as typed: nothing is turned into somebody else's address.
    """
    typed_local, _, _ = text.rpartition("@")
    try:
        address = ascii_mailbox(one_line(text))
        validate_email(address)
    except (ValueError, ValidationError):
        raise Invalid.field("email", CURE) from None
    if (
        len(address) > LONGEST
        or len(address.rpartition("@")[0]) > LONGEST_LOCAL
        or any(one_line(character) for character in typed_local if not character.isascii())
        or not is_public_domain(address.rpartition("@")[2])
    ):
        raise Invalid.field("email", CURE)
    return address


def address_or_none(text: str) -> str | None:
    """The normalised address, or None where there can be none: for sign-in.

    Not checked like a new one, so that whoever has an account can sign in to it, and all failures
    look alike.
    """
    try:
        return ascii_mailbox(one_line(text))
    except ValueError:
        return None
