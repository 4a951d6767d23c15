"""Whether a badge that somebody shows us is ours, unchanged and not revoked."""

from dataclasses import dataclass
from uuid import UUID

import jwt
from django.conf import settings
from django.urls import Resolver404, resolve

from learning.badges.keys import ALGORITHM, public_key
from learning.models import BadgeKey, Certificate
from learning.queries import certificate_by_code
from peerloop.kit.refusals import Invalid

MOST_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class Checked:
    """A badge that we signed: the certificate it stands for, as it is now."""

    certificate: Certificate
    name: str


def check_badge(text: str) -> Checked:
    """The certificate of a badge. Raises Invalid, which says what is wrong with it.

    Only our own keys count: a key that a badge brings along would prove nothing.
    """
    text = text.strip()
    if len(text) > MOST_CHARACTERS or text.count(".") != 2:
        raise _no_badge("This is not a badge: paste the whole text of the file.")
    try:
        key = _key_named(jwt.get_unverified_header(text).get("kid"))
        claims = jwt.decode(
            text,
            public_key(key),
            algorithms=[ALGORITHM],
            options={"verify_aud": False, "verify_iat": False, "require": ["jti", "sub", "nbf"]},
        )
    except (jwt.InvalidTokenError, BadgeKey.DoesNotExist, ValueError):
        raise _no_badge("PeerLoop did not sign this badge, or it was changed afterwards.") from None
    certificate = certificate_by_code(_code_in(claims.get("jti")))
    if certificate is None:
        raise _no_badge("We signed this badge, but its certificate is gone.")
    return Checked(certificate, str(claims.get("name", "")))


def _no_badge(why: str) -> Invalid:
    return Invalid.field("badge", why, code="not_a_badge")


def _key_named(address: object) -> BadgeKey:
    return BadgeKey.objects.get(pk=UUID(str(_last(address, "badge-key"))))


def _code_in(address: object) -> str:
    return _last(address, "certificate-badge")


def _last(address: object, route: str) -> str:
    """What stands in the one place of an address of ours; raises ValueError for any other."""
    text = str(address)
    if not text.startswith(settings.BASE_URL + "/"):
        raise ValueError("an address elsewhere")
    try:
        found = resolve(text.removeprefix(settings.BASE_URL))
    except Resolver404:
        raise ValueError("no address of ours") from None
    if found.url_name != route:
        raise ValueError("another address of ours")
    [value] = found.kwargs.values()
    return str(value)
