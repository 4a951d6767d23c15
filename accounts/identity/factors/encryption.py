"""Secrets of second factors at rest: encrypted, or as keyed hashes, with keys from SECRET_KEY.

A copy of the database opens nothing without the key; a retired key in SECRET_KEY_FALLBACKS still
opens what it closed.
"""

import base64
import hmac
from collections.abc import Iterator
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def encrypted(text: str) -> str:
    """The text, encrypted and signed."""
    return _box().encrypt(text.encode()).decode()


def decrypted(text: str) -> str:
    """What was encrypted; raises ValueError if no key of ours opens it."""
    try:
        return _box().decrypt(text.encode()).decode()
    except InvalidToken:
        raise ValueError("encrypted with a SECRET_KEY that is not set any more") from None


def keyed_hashes(text: str) -> list[str]:
    """Keyed hashes of a text, one for each key, the current key first."""
    return [hmac.new(key, text.encode(), sha256).hexdigest() for key in _keys("recovery code")]


def _box() -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in _keys("encrypted secret")])


def _keys(purpose: str) -> Iterator[bytes]:
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield hmac.new(
            secret.encode(), f"accounts.identity.factors: {purpose}".encode(), sha256
        ).digest()
