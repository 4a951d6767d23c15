"""Normalizes text from people: NFC, trimmed, without control characters."""

import unicodedata

ALLOWED_CONTROLS = {"\n", "\t"}
INVISIBLE = {"\u200b", "\u2060", "\ufeff", "\u00ad"}
TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def one_line(value: str) -> str:
    """One line of text: NFC, single spaces, no control, invisible or direction characters."""
    kept = "".join(character for character in clean(value) if character not in TURNING)
    return " ".join(kept.split())


def clean(value: str) -> str:
    """Text of several lines: NFC, plain line ends, no control or invisible characters."""
    composed = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(
        character
        for character in composed
        if character not in INVISIBLE
        and (character in ALLOWED_CONTROLS or unicodedata.category(character) not in {"Cc", "Cs"})
    ).strip()
