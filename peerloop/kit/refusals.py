"""A refusal is an answer, not a crash: one exception, three faces.

Raise a subclass beside the rule that it speaks for. A page shows it as a message, the API as
``{"code", "detail", "fields"}``, a form as an error of the named field.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar


class Refused(Exception):
    """What a person asked for can't be done, and why, in words for them."""

    status: ClassVar[int] = 400
    code: str = "invalid"
    message: str = "That isn't possible."
    # The route of the page that clears the way: a page's refusal leads there, and back.
    leads_to: ClassVar[str] = ""
    # Where one may ask for what is missing: words and route of a button beside the message.
    way_in: ClassVar[tuple[str, str] | None] = None

    def __init__(
        self,
        message: str | None = None,
        *,
        code: str | None = None,
        fields: dict[str, list[str]] | None = None,
        retry_after: int | None = None,
        **details: Any,
    ) -> None:
        self.message = message or self.message
        self.code = code or self.code
        self.fields = fields or {}
        self.retry_after = retry_after
        self.details = details
        super().__init__(self.message)

    def as_json(self) -> dict[str, Any]:
        """The body of the API's answer."""
        body: dict[str, Any] = {"code": self.code, "detail": self.message, "fields": self.fields}
        return {**body, **self.details}


class Invalid(Refused):
    """The request can't be right, whatever the state: names the field."""

    code = "invalid"
    message = "Something in the request is not right."

    @classmethod
    def field(cls, name: str, message: str, *, code: str = "invalid", **details: Any) -> "Invalid":
        """A refusal of one field, its message shown beside it."""
        return cls(message, code=code, fields={name: [message]}, **details)


class Gathered:
    """What is wrong with several fields, told at once instead of one after the other."""

    def __init__(self) -> None:
        self._found: list[Invalid] = []

    @contextmanager
    def part(self) -> Iterator[None]:
        """Check one thing; its Invalid is kept for the end."""
        try:
            yield
        except Invalid as refusal:
            self._found.append(refusal)

    def settle(self) -> None:
        """Raises Invalid with the fields of all parts that were wrong; nothing if none was."""
        if len(self._found) == 1:
            raise self._found[0]
        if self._found:
            fields = {name: words for one in self._found for name, words in one.fields.items()}
            raise Invalid(self._found[0].message, fields=fields)


class SignInNeeded(Refused):
    """Nobody is signed in, or the token no longer counts."""

    status = 401
    code = "not_authenticated"
    message = "Sign in to go on."


class Forbidden(Refused):
    """Known, but not for this person."""

    status = 403
    code = "forbidden"
    message = "You can't do this."


class Missing(Refused):
    """Not there, or not theirs: the same answer."""

    status = 404
    code = "not_found"
    message = "There is nothing here."


class Conflict(Refused):
    """Right in itself, but not in the present state."""

    status = 409
    code = "conflict"
    message = "That clashes with something that already stands."


class WrongMoment(Conflict):
    """A row is in a state that doesn't allow this move."""

    code = "wrong_moment"


class Gone(Refused):
    """It was there once: used or expired."""

    status = 410
    code = "gone"
    message = "This link was used or has expired."


class LimitReached(Refused):
    """A count that a rule sets is used up."""

    status = 422
    code = "limit_reached"


class TooMany(Refused):
    """Too often in too short a time."""

    status = 429
    code = "too_many_requests"
    message = "Too many tries. Wait a little, then try again."


class TooLarge(Refused):
    """The body is over the limit."""

    status = 413
    code = "too_large"
    message = "That is too large to send."


class OutsideDown(Refused):
    """A service that this needs right now does not answer."""

    status = 503
    code = "unavailable"
    message = "A service we depend on does not answer right now. Nothing was lost; try again soon."
