"""The one parser of JSON from outside: it accepts only what the database can store."""

import json
import math
import re
from typing import Any

from peerloop.kit.refusals import Invalid

DEEPEST = 64
LARGEST_INTEGER = 2**63 - 1
LONGEST_NUMBER = 1_000
WHOLE = re.compile(r"-?[0-9]{1,18}")
CURE = "Send one JSON object in UTF-8."


def parse_object(body: bytes) -> dict[str, Any]:
    """The body as a JSON object; an empty body is an empty object.

    Raises Invalid for anything that is no object, repeats a key, nests deeper than 64, or holds
    NaN, an infinity, an integer beyond 64 bits, NUL or half a surrogate pair.
    """
    if not body.strip():
        return {}
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_unique_keys,
            parse_constant=_no_constant,
            parse_int=_whole_number,
        )
    except (ValueError, RecursionError):
        raise Invalid(f"The body is not valid JSON. {CURE}", code="parse_error") from None
    if not isinstance(value, dict):
        raise Invalid(f"The body is not a JSON object. {CURE}", code="parse_error")
    _check(value, name="body", depth=1)
    return value


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise Invalid("A key appears twice in the JSON object.", code="parse_error")
    return result


def _whole_number(digits: str) -> int:
    """As int, but without Python's own error for more than 4,300 digits."""
    if len(digits) > LONGEST_NUMBER:
        raise Invalid("The JSON holds a number that is too large.", code="parse_error")
    return int(digits)


def _no_constant(word: str) -> Any:
    raise Invalid(f"{word} is not a JSON number.", code="parse_error")


def _check(value: Any, *, name: str, depth: int) -> None:
    if depth > DEEPEST:
        raise Invalid(f"The JSON nests deeper than {DEEPEST} levels.", code="parse_error")
    if isinstance(value, dict):
        for key, inner in value.items():
            _check(key, name="body", depth=depth)
            _check(inner, name=str(key)[:64], depth=depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, name=name, depth=depth + 1)
    elif isinstance(value, str):
        check_text(value, name=name)
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int | float) and not _fits(value):
        raise Invalid.field(name, "This number is too large.")


def _fits(value: float) -> bool:
    # In this order: isfinite fails for an integer of hundreds of digits.
    return abs(value) <= LARGEST_INTEGER and math.isfinite(value)


def whole_number(text: str) -> int | None:
    """The number written in up to 18 ASCII digits, with a minus or without; None for other text."""
    return int(text) if WHOLE.fullmatch(text) else None


def digits_of(text: str) -> int | None:
    """The number written with up to nine digits; None for anything else.

    More digits may exceed an integer column.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def check_text(value: str, *, name: str) -> None:
    """Raises Invalid for characters that no text column can hold."""
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise Invalid.field(name, "This text holds characters that can't be stored.")
