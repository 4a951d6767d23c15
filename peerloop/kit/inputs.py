"""What the API accepts: bodies (``Input``) and query strings (``Query``), of strict fields only.

A strict field converts nothing: ``"5"`` is no number and ``5`` no text. In a query string, where
everything is text, it takes the one spelling that the OpenAPI document names.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from rest_framework import exceptions, serializers

from peerloop.kit.parsing import check_text, whole_number

DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?([Zz]|[+-]\d\d:?\d\d)?", re.ASCII
)
IDENTIFIER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
FLAGS = {"true": True, "false": False, "1": True, "0": False}
# Nothing here happens outside of these years, and dates at the calendar's ends overflow (INP-1).
FIRST_YEAR, LAST_YEAR = 1970, 2100
WRONG_YEAR = f"Give a date from {FIRST_YEAR} to {LAST_YEAR}."


class Strict:
    """A field that may stand in an ``Input``: it takes one JSON type, and bounded values."""

    parent: Any

    @property
    def is_in_query(self) -> bool:
        """Whether the value comes from a query string."""
        return isinstance(self.parent, Query)


class Text(Strict, serializers.CharField):
    """Text and nothing else: a number is not quietly made into one."""

    def to_internal_value(self, data: Any) -> str:
        """The text; raises for any other JSON type."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Truth(Strict, serializers.BooleanField):
    """``true`` or ``false`` and nothing else."""

    def to_internal_value(self, data: Any) -> bool:
        """True or False; raises for any other JSON value."""
        if self.is_in_query and isinstance(data, str):
            data = FLAGS.get(data, data)
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Whole(Strict, serializers.IntegerField):
    """A whole number: neither ``"5"`` nor ``5.0`` nor ``true``."""

    def to_internal_value(self, data: Any) -> int:
        """The number; raises for any other JSON value."""
        if self.is_in_query and isinstance(data, str):
            data = whole_number(data)
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return data


class Id(Strict, serializers.UUIDField):
    """A UUID as text of 36 characters."""

    default_error_messages = {"invalid": "Give the id as a UUID."}

    def to_internal_value(self, data: Any) -> UUID:
        """The UUID; raises for numbers and other spellings."""
        if not isinstance(data, str) or not IDENTIFIER.fullmatch(data):
            self.fail("invalid")
        return UUID(data)


class Choice(Strict, serializers.ChoiceField):
    """One word of a list."""

    def to_internal_value(self, data: Any) -> Any:
        """The word; raises for anything else, naming the list."""
        if not isinstance(data, str) or data not in self.choices:
            words = ", ".join(str(choice) for choice in self.choices)
            raise exceptions.ValidationError(f"Choose one of: {words}.", code="invalid_choice")
        return super().to_internal_value(data)


class Day(Strict, serializers.DateField):
    """A date like ``2026-05-04``, from 1970 to 2100."""

    default_error_messages = {"year": WRONG_YEAR}

    def to_internal_value(self, value: Any) -> date:
        """The date; raises for other spellings and years."""
        if not isinstance(value, str) or not DAY.fullmatch(value):
            self.fail("invalid", format="YYYY-MM-DD")
        day = super().to_internal_value(value)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.fail("year")
        return day


class Instant(Strict, serializers.DateTimeField):
    """An instant with its offset from UTC, from 1970 to 2100; without one it is ambiguous."""

    default_error_messages = {
        "no_zone": "Give the offset too, like 2026-05-04T10:00:00Z.",
        "year": WRONG_YEAR,
    }

    def to_internal_value(self, value: Any) -> datetime:
        """The instant in UTC; raises for other spellings and years."""
        if not isinstance(value, str) or not INSTANT.fullmatch(value):
            self.fail("invalid", format="YYYY-MM-DDThh:mm:ssZ")
        return super().to_internal_value(value)

    def enforce_timezone(self, value: datetime) -> datetime:
        """Refuse a time without an offset, and years that overflow when it is converted."""
        if value.tzinfo is None:
            self.fail("no_zone")
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            self.fail("year")
        return value.astimezone(UTC)


class Listed(Strict, serializers.ListField):
    """A list of strict values, of a length that is bounded."""

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def to_internal_value(self, data: Any) -> list[Any]:
        """The list; raises for an object, whose keys would be taken."""
        if not isinstance(data, list):
            self.fail("not_a_list", input_type=type(data).__name__)
        return super().to_internal_value(data)


class Input(serializers.Serializer[Any]):
    """A request body: checked, cleaned, and on money endpoints refusing fields it does not know."""

    refuse_unknown = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse fields that convert what they are given."""
        super().__init_subclass__(**kwargs)
        for name, field in cls._declared_fields.items():
            for part in (field, getattr(field, "child", field)):
                if not isinstance(part, (Strict, Input)):
                    raise TypeError(f"{cls.__name__}.{name} has to be a field of kit.inputs.")

    def to_internal_value(self, data: Any) -> Any:
        """As DRF, with unknown fields refused where ``refuse_unknown`` is set (rule PLAT-5)."""
        if self.refuse_unknown and isinstance(data, Mapping):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                raise exceptions.ValidationError(
                    {name: ["This field is not known here."] for name in unknown}
                )
        return super().to_internal_value(data)


class Query(Input):
    """The parameters of a query string; empty ones count as left out, unknown ones are ignored."""

    def to_internal_value(self, data: Any) -> Any:
        """The known parameters that are not empty; raises for characters that no text can hold."""
        given = {name: value for name, value in data.items() if value != ""}
        for name in self.fields.keys() & given.keys():
            check_text(given[name], name=name)
        return super().to_internal_value(given)
