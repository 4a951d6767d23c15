"""Text from people: normalized when it comes in, isolated where it stands in a sentence."""

import re
import unicodedata
from collections.abc import Set
from typing import Any

from anyascii import anyascii

ALLOWED_CONTROLS = {"\n", "\t"}
INVISIBLE = {"\u200b", "\u2060", "\ufeff", "\u00ad"}
ISOLATES = {FSI := "\u2068", PDI := "\u2069"}
TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067") | ISOLATES
# Letters and signs that draw nothing: Default_Ignorable_Code_Point of Unicode (Hangul fillers), and
# what is blank by design (braille, a note without a head, Egyptian blanks).
BLANK = set("\u115f\u1160\u3164\uffa0\u2800\U0001d159\U00013441\U00013442")
# Separators, controls, formats, marks without a letter, surrogates and private use draw nothing.
DRAWS_NOTHING = ("Z", "C", "M")
# The blocks of scripts that are written from right to left (Unicode, DerivedBidiClass).
RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def one_line(value: str, *, keep: Set[str] = frozenset()) -> str:
    """One line of text: NFC, single spaces, no control, invisible or direction characters,
    except those in ``keep``.

    Empty if none of its characters draws anything.
    """
    removed = TURNING - keep
    kept = "".join(character for character in clean(value) if character not in removed)
    return " ".join(kept.split())


def clean(value: str) -> str:
    """Text of several lines: NFC, plain line ends, no control or invisible characters.

    Empty if none of its characters draws anything, so that such a text is refused like none.
    """
    composed = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(
        character
        for character in composed
        if character not in INVISIBLE
        and (character in ALLOWED_CONTROLS or unicodedata.category(character) not in {"Cc", "Cs"})
    ).strip()
    return kept if any(map(draws, kept)) else ""


def draws(character: str) -> bool:
    """Whether the character puts anything on the page by itself."""
    if character in BLANK:
        return False
    category = unicodedata.category(character)
    if category != "Cn":
        return category[0] not in DRAWS_NOTHING
    # Letters and emoji younger than Python's tables; not what Unicode keeps free or without form.
    code = ord(character)
    is_no_character = 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE
    return not (is_no_character or 0xE0000 <= code <= 0xE0FFF or 0xFFF0 <= code <= 0xFFF8)


def in_latin_letters(value: str) -> str:
    """The text in ASCII, as it is read or written in Latin letters: for handles and slugs.

    Other scripts are transliterated letter by letter; signs and emoji are left out.
    """
    return anyascii("".join(character for character in value if _is_kept(character)))


def _is_kept(character: str) -> bool:
    return character.isascii() or unicodedata.category(character)[0] in "LMNZP"


def isolated(value: str) -> str:
    """The text so that its direction leaves what stands around it in order (Unicode UAX 9).

    Names and titles of members pass here wherever other words or figures stand beside them, in
    templates by ``|isolate``. Characters do it and not ``<bdi>``, because they work in attributes,
    the page's title and plain mails too. Text that is not written from right to left needs none;
    what holds isolated parts already is returned as it is.
    """
    if value.isascii() or FSI in value or not RIGHT_TO_LEFT.search(value):
        return value
    return f"{FSI}{value}{PDI}"


def isolated_values(value: Any) -> Any:
    """The same JSON value with each text in it isolated; what is HTML already stays as it is."""
    if hasattr(value, "__html__"):
        return value
    if isinstance(value, str):
        return isolated(value)
    if isinstance(value, dict):
        return {name: isolated_values(one) for name, one in value.items()}
    if isinstance(value, list):
        return [isolated_values(one) for one in value]
    return value
