"""The keys that sign badges: made when first needed, replaced by ``rotate_badge_key``."""

import json
from datetime import datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from jwt.algorithms import RSAAlgorithm

from learning.models import BadgeKey
from peerloop.kit.encryption import Box

BITS = 2048
ALGORITHM = "RS256"
BOX = Box("badge key")
# Any number that no other lock of ours has.
FIRST_KEY_LOCK = 7_302_651


def current_key(at: datetime) -> BadgeKey:
    """The key that signs now; made at the first call, and only once by calls in parallel."""
    key = BadgeKey.objects.filter(retired_at=None).first()
    return key if key is not None else _first_key(at)


@transaction.atomic
def rotate_key(at: datetime) -> BadgeKey:
    """Retire the current key and make another; badges of the old one stay verifiable."""
    _lock()
    BadgeKey.objects.filter(retired_at=None).update(retired_at=at, updated_at=at)
    return _made(at)


def key_url(key: BadgeKey) -> str:
    """Where the public key lies, as badges name it."""
    return settings.BASE_URL + reverse("badge-key", args=[key.pk])


def sign(payload: dict[str, Any], key: BadgeKey) -> str:
    """The payload as a compact JWS."""
    private = BOX.decrypted(key.private_key)
    return jwt.encode(payload, private, algorithm=ALGORITHM, headers={"kid": key_url(key)})


def public_key(key: BadgeKey) -> rsa.RSAPublicKey:
    """The public half, to verify with."""
    found = RSAAlgorithm.from_jwk(key.public_key)
    assert isinstance(found, rsa.RSAPublicKey), "we keep no private half here"
    return found


@transaction.atomic
def _first_key(at: datetime) -> BadgeKey:
    _lock()
    return BadgeKey.objects.filter(retired_at=None).first() or _made(at)


def _made(at: datetime) -> BadgeKey:
    pair = rsa.generate_private_key(public_exponent=65_537, key_size=BITS)
    pem = pair.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    jwk = json.loads(RSAAlgorithm.to_jwk(pair.public_key()))
    return BadgeKey.objects.create(
        public_key={name: jwk[name] for name in ("kty", "n", "e")},
        private_key=BOX.encrypted(pem.decode()),
        created_at=at,
        updated_at=at,
    )


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FIRST_KEY_LOCK])
