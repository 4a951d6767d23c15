"""From an id to a factor for its owner, or a refusal."""

from typing import Any

from allauth.mfa.models import Authenticator

from accounts.models import User
from peerloop.kit.refusals import Missing


def own_app(user: User) -> Authenticator:
    """The authenticator app of the member's own; raises Missing."""
    return _own(user, type=Authenticator.Type.TOTP)


def own_passkey(user: User, passkey_id: int) -> Authenticator:
    """A passkey of the member's own; raises Missing."""
    return _own(user, type=Authenticator.Type.WEBAUTHN, pk=passkey_id)


def _own(user: User, **wanted: Any) -> Authenticator:
    factor = Authenticator.objects.filter(user=user, **wanted).first()
    if factor is None:
        raise Missing
    return factor
