"""Security events from Django's sign-in signals (security OPS-6)."""

from typing import Any

from accounts.models import User
from peerloop.kit.security_log import note_event


def signed_in(sender: Any, user: User, **_: Any) -> None:
    """A member signed in on the web, in whatever way."""
    note_event("sign_in", actor=user.pk, via="page")


def failed(sender: Any, **_: Any) -> None:
    """Address and password did not match. The address itself is not logged."""
    note_event("sign_in.failed")
