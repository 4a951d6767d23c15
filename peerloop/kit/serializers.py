"""Serializer fields that convert nothing, and the shape of every error."""

from typing import Any

from rest_framework import serializers


class Text(serializers.CharField):
    """Text and nothing else: a number is not quietly made into one."""

    def to_internal_value(self, data: Any) -> str:
        """The text; raises for any other JSON type."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class TextOrNull(serializers.CharField):
    """Text of an answer: null where the row holds none, whether as null or as empty text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)

    def to_representation(self, value: Any) -> str | None:  # type: ignore[override]
        """The text, or null for an empty one."""
        return super().to_representation(value) or None


class Truth(serializers.BooleanField):
    """``true`` or ``false`` and nothing else."""

    def to_internal_value(self, data: Any) -> bool:
        """True or False; raises for any other JSON value."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class ErrorAnswer(serializers.Serializer[Any]):
    """Every error of the API; some have further keys."""

    code = serializers.CharField(help_text="A word for programs; it does not change.")
    detail = serializers.CharField(help_text="A sentence for the person.")
    # DRF's own attribute of this name is made per instance; here it is the answer's key.
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField())
    )
