"""Password rules beside Django's own (rule AUTH-4): at most 128 characters, not about oneself."""

import re
import unicodedata
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from peerloop.kit.refusals import Invalid
from peerloop.kit.text import in_latin_letters, one_line

LONGEST = 128
# What is left beside words about the member: so many letters, or more figures than a date has, make
# it a password of its own.
FEWEST_LETTERS = 4
MOST_FIGURES = 8
SHORTEST_WORD = 3
# Figures and signs that stand for letters.
FIGURES = str.maketrans("013457@$", "oleastas")


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


class NotBlankValidator:
    """Refuses passwords of which nothing is seen: spaces, fillers."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError if no character draws anything."""
        if password and not one_line(password):
            raise ValidationError("Use more than spaces.", code="password_blank")

    def get_help_text(self) -> str:
        """A line under the field."""
        return "Not only spaces."


class NotAboutYouValidator:
    """Refuses passwords made of the member's name, address or the product's name.

    Accents, letter case and figures for letters make no difference, nor do a year, a date or signs
    around the words: ``AnnLee1990`` and ``P33rl00p!`` are the first that anybody tries.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError if little is left once such words are taken out."""
        typed, words = _plain(password), _words_about(user)
        if any(_is_made_of(text, words) for text in (typed, typed.translate(FIGURES))):
            raise ValidationError(
                "This password is made of your name, your address or ours. Choose another.",
                code="password_about_you",
            )

    def get_help_text(self) -> str:
        """A line under the field."""
        return "Not your name, your address or ours."


def _words_about(user: Any) -> list[str]:
    """The longest first, so that no word takes a part out of a longer one."""
    name, address, handle = (
        _plain(str(getattr(user, field, "") or "")) for field in ("name", "email", "handle")
    )
    parts = re.findall(r"\w+", name)
    words = {"peerloop", address, handle, "".join(parts), "".join(reversed(parts)), *parts}
    words |= {address.partition("@")[0], *re.findall(r"[^\W_]+", address)}
    return sorted((word for word in words if len(word) >= SHORTEST_WORD), key=len, reverse=True)


def _is_made_of(text: str, words: list[str]) -> bool:
    rest = text
    for word in words:
        rest = rest.replace(word, "")
    letters = sum(character.isalpha() or not character.isascii() for character in rest)
    figures = sum(character.isdigit() for character in rest)
    return rest != text and letters < FEWEST_LETTERS and figures <= MOST_FIGURES


def _plain(text: str) -> str:
    """In lower case and Latin letters; signs stay."""
    return "".join(in_latin_letters(letter).lower() or letter for letter in text)
