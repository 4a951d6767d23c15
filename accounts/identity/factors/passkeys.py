"""Passkeys: the two ceremonies of WebAuthn, done by allauth; a broken answer is a refusal.

The challenge lies in the session and counts once. A passkey of ours is always kept by the device
and asks for its PIN, finger or face: it proves two factors by itself, so it signs in alone.
"""

import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.models import User
from peerloop.kit.refusals import Invalid

LONGEST = 20_000
# What the decoders of CBOR, COSE and JSON raise for bytes that mean nothing.
UNREADABLE = (
    *(ValidationError, ValueError, TypeError, KeyError, AttributeError, IndexError),
    *(struct.error, NotImplementedError, RecursionError),
)


class PasskeyRefused(Invalid):
    """The device's answer is missing, too old, for another site or not by that passkey."""

    code = "passkey_refused"
    message = "That passkey could not be checked. Try again, or sign in another way."


def asking_to_add(user: User) -> str:
    """What the browser needs to make a passkey, as JSON; starts a ceremony."""
    return _wire(auth.begin_registration(user, passwordless=True))


def asking_to_prove(user: User | None = None) -> str:
    """What the browser needs to prove a passkey, of that member or of whoever has one."""
    return _wire(auth.begin_authentication(user))


def added(text: str) -> dict[str, Any]:
    """The new passkey as it is kept; raises PasskeyRefused."""
    with _refusing():
        credential = _read(text)
        auth.parse_registration_response(credential)
        if not auth.complete_registration(credential).is_user_verified():
            raise PasskeyRefused
        return credential


def proven(text: str, *, by: User | None = None) -> Authenticator:
    """The passkey that answered, of that member or of anybody; raises PasskeyRefused."""
    with _refusing():
        answer = _read(text)
        user = by or auth.extract_user_from_response(answer)
        auth.parse_authentication_response(answer)
        passkey = auth.complete_authentication(user, answer)
        passkey.user = user
        passkey.record_usage()
        return passkey


def note_sign_in(request: HttpRequest, passkey: Authenticator) -> None:
    """This passkey signs in by itself: no second step is asked for."""
    post_authentication(request, passkey, passwordless=True)


def _wire(options: dict[str, Any]) -> str:
    return json.dumps(options)


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
        auth.clear_state()
        raise PasskeyRefused from None
    except PasskeyRefused:
        auth.clear_state()
        raise
