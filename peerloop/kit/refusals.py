"""Refusals: one exception for everything that a rule forbids.

Declare a subclass beside its rule. A page shows it as a message, the API as
``{"code", "detail", "fields"}``, a form as an error of the named field.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar


class Refused(Exception):
    """What a person asked for can't be done; ``message`` tells them why."""

    status: ClassVar[int] = 400
    code: str = "invalid"
    message: str = "That isn't possible."
    # URL name of the page where the cause can be removed: browsers are sent there, and back.
    leads_to: ClassVar[str] = ""
    # Seconds after which to try again, where the one who raises it does not say.
    usual_retry_after: ClassVar[int | None] = None
    # Label and URL name of a button beside the message, to ask for the missing right.
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
        self.retry_after = self.usual_retry_after if retry_after is None else retry_after
        self.details = details
        super().__init__(self.message)

    def as_json(self) -> dict[str, Any]:
        """The body of the API's answer."""
        body: dict[str, Any] = {"code": self.code, "detail": self.message, "fields": self.fields}
        return {**body, **self.details}


class Invalid(Refused):
    """The request is wrong in itself, whatever the state of the rows; names the field."""

    code = "invalid"
    message = "Something in the request is not right."

    @classmethod
    def field(cls, name: str, message: str, *, code: str = "invalid", **details: Any) -> "Invalid":
        """A refusal of one field, its message shown beside it."""
        return cls(message, code=code, fields={name: [message]}, **details)


class FieldErrors:
    """Collects the errors of several fields, to show all of them at once."""

    def __init__(self) -> None:
        self._found: list[Invalid] = []

    @contextmanager
    def part(self, prefix: str = "") -> Iterator[None]:
        """Check one field; an Invalid is kept until ``settle``, its fields under the prefix."""
        try:
            yield
        except Invalid as refusal:
            if prefix:
                refusal.fields = {
                    f"{prefix}{name}": words for name, words in refusal.fields.items()
                }
            self._found.append(refusal)

    def settle(self) -> None:
        """Raises Invalid with every wrong field; does nothing if there is none."""
        if len(self._found) == 1:
            raise self._found[0]
        if self._found:
            fields = {name: words for one in self._found for name, words in one.fields.items()}
            raise Invalid(self._found[0].message, fields=fields)


class SignInNeeded(Refused):
    """Nobody is signed in, or the token is no longer valid."""

    status = 401
    code = "not_authenticated"
    message = "Sign in to go on."


class Forbidden(Refused):
    """The row is known to this person, but they may not do this."""

    status = 403
    code = "forbidden"
    message = "You can't do this."


class Missing(Refused):
    """No such row, or one that this person may not know of: the same answer."""

    status = 404
    code = "not_found"
    message = "There is nothing here."


class Conflict(Refused):
    """The request is right in itself, but not in the present state of the rows."""

    status = 409
    code = "conflict"
    message = "That clashes with something that already stands."


class WrongMoment(Conflict):
    """The row's status does not allow this."""

    code = "wrong_moment"


class Gone(Refused):
    """It existed, but was used or has expired."""

    status = 410
    code = "gone"
    message = "This link was used or has expired."


class LimitReached(Refused):
    """A number that a rule allows is used up."""

    status = 422
    code = "limit_reached"


class TooMany(Refused):
    """A rate limit is exceeded."""

    status = 429
    code = "too_many_requests"
    message = "Too many tries. Wait a little, then try again."


class Busy(Refused):
    """There is no room for this request now; ``retry_after`` says when to send it again."""

    status = 503
    usual_retry_after = 5
    code = "busy"
    message = "Too many people do this at the moment. Nothing was changed; try again soon."


class TooLarge(Refused):
    """The request body is larger than the limit."""

    status = 413
    code = "too_large"
    message = "That is too large to send."


class OutsideDown(Refused):
    """A provider that is needed for this does not answer."""

    status = 503
    usual_retry_after = 30
    code = "unavailable"
    message = "A service we depend on does not answer right now. Nothing was lost; try again soon."
