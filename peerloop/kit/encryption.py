"""Secrets that we store and read back, encrypted with keys derived from SECRET_KEY.

A copy of the database alone reveals none of them.

A retired key in SECRET_KEY_FALLBACKS still opens what it closed.
"""

import base64
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


@dataclass(frozen=True, slots=True)
class Box:
    """Encrypts for one purpose: what one box closed, a box of another purpose does not open."""

    purpose: str

    def encrypted(self, text: str) -> str:
        """The text, encrypted and signed."""
        return self._box().encrypt(text.encode()).decode()

    def decrypted(self, text: str) -> str:
        """What was encrypted; raises ValueError if no key of ours opens it."""
        try:
            return self._box().decrypt(text.encode()).decode()
        except InvalidToken:
            raise ValueError("encrypted with a SECRET_KEY that is not set any more") from None

    def _box(self) -> MultiFernet:
        return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys(self.purpose)])


def keys(purpose: str) -> Iterator[bytes]:
    """A key of 32 bytes from each SECRET_KEY, the current one first."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield hmac.new(secret.encode(), purpose.encode(), sha256).digest()
