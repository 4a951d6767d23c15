"""Questions that templates ask, so that no template compares words: ``session.is_completed``."""

from typing import Any, Self, overload


class Is:
    """Whether an attribute has one of these values; declared in the class of a row or value.

    ``is_completed = Is("status", Status.COMPLETED)``
    """

    def __init__(self, attribute: str, *values: str) -> None:
        self.attribute = attribute
        self.values = frozenset(values)

    @overload
    def __get__(self, owner: None, of: type) -> Self: ...

    @overload
    def __get__(self, owner: object, of: type) -> bool: ...

    def __get__(self, owner: Any, of: type) -> Self | bool:
        """The answer for a row; on the class, the question itself."""
        return self if owner is None else getattr(owner, self.attribute) in self.values
