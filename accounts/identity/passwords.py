"""Password rules beside Django's own (rule AUTH-4): at most 128 characters, not about oneself."""

import unicodedata
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from peerloop.kit.refusals import Invalid

LONGEST = 128


def composed(password: str) -> str:
    """The password in Unicode form NFC, so that every keyboard produces the same one (ID-1)."""
    return unicodedata.normalize("NFC", password)


def accepted(password: str, *, user: Any, field: str = "password") -> str:
    """The normalised password, to be hashed; raises Invalid naming the field and all faults."""
    password = composed(password)
    try:
        validate_password(password, user)
    except ValidationError as error:
        words = list(error.messages)
        raise Invalid(words[0], code="password_refused", fields={field: words}) from None
    return password


class LongestValidator:
    """Refuses more than 128 characters; nothing is cut."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError over the limit."""
        if len(password) > LONGEST:
            raise ValidationError(f"Use at most {LONGEST} characters.", code="password_too_long")

    def get_help_text(self) -> str:
        """A line under the field."""
        return f"At most {LONGEST} characters."


class NotAboutYouValidator:
    """Refuses passwords made of the member's name, address or the product's name."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError if little is left once such words are taken out."""
        rest = password.lower()
        words = ["peerloop"]
        if user is not None:
            words += str(getattr(user, "name", "")).lower().split()
            address = str(getattr(user, "email", "")).lower()
            words += [address, *address.replace("@", ".").split("."), address.split("@")[0]]
            words += [str(getattr(user, "handle", "")).lower()]
        for word in sorted(words, key=len, reverse=True):
            if len(word) >= 3:
                rest = rest.replace(word, "")
        if len(rest) < 4 <= len(password) and rest != password.lower():
            raise ValidationError(
                "This password is made of your name, your address or ours. Choose another.",
                code="password_about_you",
            )

    def get_help_text(self) -> str:
        """A line under the field."""
        return "Not your name, your address or ours."
