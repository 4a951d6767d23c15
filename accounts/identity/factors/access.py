"""A member's own second factors, or a refusal."""

from typing import Any

from allauth.mfa.models import Authenticator

from accounts.models import User
from peerloop.kit.refusals import Missing


def own_app(user: User) -> Authenticator:
    """The member's authenticator app; raises Missing."""
    return _own(user, type=Authenticator.Type.TOTP)


def own_passkey(user: User, passkey_id: int) -> Authenticator:
    """The member's passkey with that id; raises Missing."""
    return _own(user, type=Authenticator.Type.WEBAUTHN, pk=passkey_id)


def _own(user: User, **wanted: Any) -> Authenticator:
    factor = Authenticator.objects.filter(user=user, **wanted).first()
    if factor is None:
        raise Missing
    return factor
