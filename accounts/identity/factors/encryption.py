"""Secrets of second factors at rest: encrypted, or as keyed hashes, with keys from SECRET_KEY."""

import hmac
from hashlib import sha256

from peerloop.kit.encryption import Box, keys

BOX = Box("accounts.identity.factors: encrypted secret")


def encrypted(text: str) -> str:
    """The text, encrypted and signed."""
    return BOX.encrypted(text)


def decrypted(text: str) -> str:
    """What was encrypted; raises ValueError if no key of ours opens it."""
    return BOX.decrypted(text)


def keyed_hashes(text: str) -> list[str]:
    """Keyed hashes of a text, one for each key, the current key first."""
    return [
        hmac.new(key, text.encode(), sha256).hexdigest()
        for key in keys("accounts.identity.factors: recovery code")
    ]
