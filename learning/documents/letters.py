"""What the faces of the documents can draw, and how everything else is written.

Names come in any script. The faces beside this module draw them; the rarest Han characters are
drawn where Debian's package ``fonts-hanazono`` is installed, as it is in the image.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

from peerloop.kit.text import in_latin_letters

FACES = Path(__file__).resolve().parent / "fonts"
RARE_HAN = Path("/usr/share/fonts/truetype/hanazono")
# Symbols and emoji, private use and what has no meaning yet: no part of a name.
PICTOGRAPHS = {"So", "Sk", "Co", "Cn"}
# Joiners and marks of direction: they shape their neighbours and need no picture.
FORMAT = "Cf"


def printable(text: str) -> str:
    """The text in characters that the faces can draw; "" if nothing of it can be drawn.

    Letters of mathematics and letters in circles or squares become plain ones (NFKC), pictographs
    are left out, and what is in no face is written in Latin letters.
    """
    text = unicodedata.normalize("NFC", text)
    if not text.isascii():
        text = "".join(_drawn(text))
    return " ".join(text.split())


def _drawn(text: str) -> Iterator[str]:
    for character in text:
        plain = unicodedata.normalize("NFKC", character)
        if _is_pictograph(character):
            yield plain if plain != character and plain.isalnum() else ""
        elif _is_drawable(character) and not _is_styled(character):
            yield character
        elif all(map(_is_drawable, plain)):
            yield plain
        else:
            yield in_latin_letters(character)


def _is_pictograph(character: str) -> bool:
    return unicodedata.category(character) in PICTOGRAPHS and not _is_letter_elsewhere(character)


def _is_styled(character: str) -> bool:
    """A letter of mathematics: bold, script or double-struck by its code point alone."""
    return unicodedata.decomposition(character).startswith("<font>")


def _is_letter_elsewhere(character: str) -> bool:
    """A letter that is younger than Python's tables, if a face draws it."""
    return unicodedata.category(character) == "Cn" and ord(character) in drawable()


def _is_drawable(character: str) -> bool:
    is_format = unicodedata.category(character) == FORMAT
    return character.isspace() or is_format or ord(character) in drawable()


@lru_cache(maxsize=1)
def drawable() -> frozenset[int]:
    """The code points that some face draws; read once by each process, in about a second."""
    found: set[int] = set()
    for path in [*FACES.glob("*.?tf"), *RARE_HAN.glob("*.ttf")]:
        with TTFont(path, lazy=True) as face:
            found.update(face.getBestCmap())
    return frozenset(found)
