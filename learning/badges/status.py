"""Which badges were revoked: signed lists of bits (W3C Bitstring Status List 1.0).

Each certificate has a number; its bit is set while the certificate is revoked. Reading a list tells
us nothing about whose badge was looked up, since it holds many.
"""

import base64
import gzip
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from learning.badges.keys import current_key, sign
from learning.models import Certificate
from peerloop.kit.refusals import Missing

# The least that the specification allows, so that one among them is hard to tell.
SIZE = 131_072
CONTEXT = "https://www.w3.org/ns/credentials/v2"


def list_url(number: int) -> str:
    """The address of one list, counted from 0."""
    return settings.BASE_URL + reverse("badge-status", args=[number])


def entry(certificate: Certificate) -> dict[str, str]:
    """Where a badge says that its own status can be read."""
    which, index = divmod(certificate.number, SIZE)
    url = list_url(which)
    return {
        "id": f"{url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": url,
    }


def signed_list(which: int, issuer: dict[str, Any], at: datetime) -> str:
    """One list as a signed credential. Two statements; raises Missing for a list not begun."""
    newest = Certificate.objects.order_by("-number").values_list("number", flat=True).first()
    if newest is None or which > newest // SIZE:
        raise Missing
    url = list_url(which)
    moment = at.replace(microsecond=0)
    credential = {
        "@context": [CONTEXT],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": moment.isoformat().replace("+00:00", "Z"),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded(_revoked_in(which)),
        },
        "iss": issuer["id"],
        "jti": url,
        "sub": f"{url}#list",
        "nbf": int(moment.timestamp()),
    }
    return sign(credential, current_key(at))


def encoded(indexes: list[int]) -> str:
    """The list with these bits set: the first bit is the highest of the first byte."""
    bits = bytearray(SIZE // 8)
    for index in indexes:
        bits[index // 8] |= 0x80 >> index % 8
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def _revoked_in(which: int) -> list[int]:
    first = which * SIZE
    revoked = Certificate.objects.filter(
        status=Certificate.Status.REVOKED, number__gte=first, number__lt=first + SIZE
    )
    return [number - first for number in revoked.values_list("number", flat=True)]
