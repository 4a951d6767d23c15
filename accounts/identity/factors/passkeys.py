"""Passkeys: registration and authentication by WebAuthn; a broken answer is a refusal.

The challenge is kept in the session and counts once. The device keeps our passkeys itself and asks
for its PIN, finger or face: a passkey proves two factors, so it signs in alone.
"""

import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AttestedCredentialData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts.identity.factors.adapter import ISSUER
from accounts.models import User
from peerloop.kit.refusals import Invalid

CHALLENGE = "passkey_challenge"
LONGEST = 20_000
# What the decoders of CBOR, COSE and JSON raise for bytes that mean nothing.
UNREADABLE = (
    *(ValueError, TypeError, KeyError, AttributeError, IndexError),
    *(struct.error, NotImplementedError, RecursionError, AssertionError),
)


class PasskeyRefused(Invalid):
    """The device's answer is missing, too old, for another site or not by that passkey."""

    code = "passkey_refused"
    message = "That passkey could not be checked. Try again, or sign in another way."


def registration_options(request: HttpRequest, user: User) -> str:
    """What the browser needs to make a passkey, as JSON; keeps the challenge in the session."""
    options, request.session[CHALLENGE] = _server(request).register_begin(
        user=PublicKeyCredentialUserEntity(
            id=user.pk.hex.encode(), name=user.email, display_name=user.name
        ),
        credentials=[credential for _, credential in _passkeys_of(user)],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
        extensions={"credProps": True},
    )
    return json.dumps(dict(options))


def registered(request: HttpRequest, text: str) -> dict[str, Any]:
    """Check the answer to ``registration_options``: the passkey to be stored.

    Raises PasskeyRefused."""
    with _refusing():
        challenge, credential = _challenge(request), _read(text)
        # Raises ValueError unless the device asked for its PIN, finger or face.
        _server(request).register_complete(challenge, credential)
        return credential


def authentication_options(request: HttpRequest, user: User | None = None) -> str:
    """What the browser needs to prove a passkey, of that member or of whoever has one."""
    known = _passkeys_of(user) if user is not None else []
    options, request.session[CHALLENGE] = _server(request).authenticate_begin(
        credentials=[credential for _, credential in known],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return json.dumps(dict(options))


def authenticated(request: HttpRequest, text: str, *, by: User | None = None) -> Authenticator:
    """Check the answer to ``authentication_options``: the passkey that was proven.

    Raises PasskeyRefused."""
    with _refusing():
        challenge, answer = _challenge(request), _read(text)
        user = by or _owner(answer)
        known = _passkeys_of(user)
        proven = _server(request).authenticate_complete(
            challenge, [credential for _, credential in known], answer
        )
        passkey = next(row for row, credential in known if credential is proven)
        passkey.user = user
        passkey.record_usage()
        return passkey


def _server(request: HttpRequest) -> Fido2Server:
    """Passkeys belong to the host of BASE_URL; in development to the one that is asked."""
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    if settings.DEBUG:
        host = request.get_host().partition(":")[0]
    return Fido2Server(PublicKeyCredentialRpEntity(id=host, name=ISSUER))


def _passkeys_of(user: User) -> list[tuple[Authenticator, AttestedCredentialData]]:
    """A member's passkeys with their public keys."""
    rows = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    found = []
    for row in rows:
        made = RegistrationResponse.from_dict(row.data["credential"])
        credential = made.response.attestation_object.auth_data.credential_data
        if credential is not None:
            found.append((row, credential))
    return found


def _owner(answer: dict[str, Any]) -> User:
    """The member whom the passkey names; raises ValueError for nobody of ours."""
    handle = websafe_decode(answer["response"]["userHandle"]).decode()
    user = User.objects.filter(pk=UUID(hex=handle)).first()
    if user is None:
        raise ValueError("a passkey of nobody")
    return user


def _challenge(request: HttpRequest) -> dict[str, Any]:
    """The challenge that was handed out last; whatever comes of it, it counts once."""
    challenge: dict[str, Any] | None = request.session.pop(CHALLENGE, None)
    if challenge is None:
        raise PasskeyRefused
    return challenge


def _read(text: str) -> dict[str, Any]:
    if len(text) > LONGEST:
        raise PasskeyRefused
    answer = json.loads(text)
    if not isinstance(answer, dict):
        raise PasskeyRefused
    return answer


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except UNREADABLE:
        raise PasskeyRefused from None
