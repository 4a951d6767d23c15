"""Fields of answers, and the shape of every error. Fields of requests: ``kit.inputs``."""

from typing import Any

from rest_framework import serializers

from peerloop.kit.pictures import public_url


class TextOrNull(serializers.CharField):
    """Text of an answer: null where the row holds none, whether as null or as empty text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)

    def to_representation(self, value: Any) -> str | None:  # type: ignore[override]
        """The text, or null for an empty one."""
        return super().to_representation(value) or None


class PictureUrl(serializers.URLField):
    """Of an answer: the whole URL of a picture of ours, or null."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)

    def to_representation(self, value: Any) -> str | None:  # type: ignore[override]
        """The URL; null for an empty one, and for one on another host."""
        return public_url(value)


class ErrorAnswer(serializers.Serializer[Any]):
    """Every error of the API; some have further keys."""

    code = serializers.CharField(help_text="A word for programs; it does not change.")
    detail = serializers.CharField(help_text="A sentence for the person.")
    # DRF's own attribute of this name is made per instance; here it is the answer's key.
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField())
    )
