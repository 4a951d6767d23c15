"""What Django's signals tell of sign-ins, as security events (security OPS-6)."""

from typing import Any

from accounts.models import User
from peerloop.kit.security_log import note_event


def signed_in(sender: Any, user: User, **_: Any) -> None:
    """A browser is signed in, by whatever way."""
    note_event("sign_in", actor=user.pk, door="page")


def failed(sender: Any, **_: Any) -> None:
    """Address and password did not belong together. The address itself is nobody's business."""
    note_event("sign_in.failed")
