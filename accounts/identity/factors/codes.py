"""Codes of authenticator apps and recovery codes, each accepted once (security ID-8).

Codes run on real time, also in a demo: the member's phone knows no other.
"""

import base64
import secrets
import unicodedata

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from django.db import transaction
from django.utils import timezone

from accounts.identity.factors import encryption
from accounts.models import User

PERIOD_SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20
# Clocks differ: the codes before and after the present one count too.
STEPS = (-1, 0, 1)
CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
CODE_LENGTH = 10

Type = Authenticator.Type


def new_secret() -> str:
    """A secret of 160 random bits for an app, in base 32."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def app_address(user: User, secret: str) -> str:
    """The otpauth URL of the QR code."""
    return str(get_adapter().build_totp_url(user, secret))


def code_of(secret: str, step: int) -> str:
    """What an app shows in that step of 30 seconds (RFC 6238)."""
    key = base64.b32decode(secret, casefold=True)
    return HOTP(key, DIGITS, SHA1()).generate(step).decode()  # noqa: S303 apps know no other hash


def step_of(secret: str, code: str, *, after: int = 0) -> int | None:
    """Which step of 30 seconds the code belongs to, if it is one of now; later than ``after``."""
    present = int(timezone.now().timestamp()) // PERIOD_SECONDS
    for step in (present + offset for offset in STEPS):
        if step > after and _same(code_of(secret, step), plain(code)):
            return step
    return None


def new_codes() -> tuple[list[str], list[str]]:
    """Ten recovery codes of 49 random bits, to be shown once, and their hashes, to be stored."""
    codes = ["".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH)) for _ in range(CODES)]
    hashes = [encryption.keyed_hashes(code)[0] for code in codes]
    return [f"{code[:5]}-{code[5:]}" for code in codes], hashes


def spend(user: User, code: str) -> Authenticator | None:
    """Consume a code: the factor that it belongs to, or None for a wrong or used one.

    Of racing tries with one code one wins: the factor's row is locked.
    """
    with transaction.atomic():
        rows = Authenticator.objects.select_for_update().filter(
            user=user, type__in=[Type.TOTP, Type.RECOVERY_CODES]
        )
        for row in rows.order_by("pk"):
            if _spends(row, code):
                row.last_used_at = timezone.now()
                row.save(update_fields=["data", "last_used_at"])
                return row
    return None


def plain(code: str) -> str:
    """The normalised code: without spaces and dashes, in lower case and ASCII digits."""
    composed = unicodedata.normalize("NFKC", code).lower()
    return "".join(character for character in composed if character.isalnum())


def _spends(row: Authenticator, code: str) -> bool:
    if row.type == Type.TOTP:
        secret = encryption.decrypted(row.data["secret"])
        step = step_of(secret, code, after=row.data["step"])
        if step is not None:
            row.data["step"] = step
        return step is not None
    found = {mark for mark in encryption.keyed_hashes(plain(code)) if mark in row.data["hashes"]}
    row.data["hashes"] = [mark for mark in row.data["hashes"] if mark not in found]
    return bool(found)


def _same(right: str, given: str) -> bool:
    return secrets.compare_digest(right.encode(), given.encode())
