"""A certificate as an OpenBadgeCredential, signed as a JWT (Open Badges 3.0, section 8.2).

It holds what the public page of the certificate shows (rule CERT-7), and no more.
"""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from learning.badges import status
from learning.badges.keys import current_key, sign
from learning.documents import verify_url
from learning.models import Certificate

CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]
# Words of the specification for what was achieved.
ACHIEVED = {
    Certificate.Type.COMPLETION: "CertificateOfCompletion",
    Certificate.Type.MASTERY: "Certificate",
    Certificate.Type.TEACHING: "Certificate",
}
CRITERIA = {
    Certificate.Type.COMPLETION: "Held every one-to-one session of the course with a certified "
    "teacher, and had all required homework approved.",
    Certificate.Type.MASTERY: "Held every one-to-one session of the course, and was recommended by "
    "the teacher for having mastered it.",
    Certificate.Type.TEACHING: "Was approved by the creator of the course to teach it.",
}


def badge_url(certificate: Certificate) -> str:
    """Where the badge of an issued certificate lies: its id."""
    return settings.BASE_URL + reverse("certificate-badge", args=[certificate.code])


def issuer() -> dict[str, Any]:
    """PeerLoop as the issuer of badges."""
    return {
        "id": settings.BASE_URL + reverse("badge-issuer"),
        "type": ["Profile"],
        "name": "PeerLoop",
        "url": settings.BASE_URL,
    }


def signed_badge(certificate: Certificate, at: datetime) -> str:
    """The badge as text: three parts with dots between. Raises ValueError unless it is issued."""
    if not certificate.is_issued or certificate.issued_at is None:
        raise ValueError("only an issued certificate has a badge")
    return sign(payload(certificate, certificate.issued_at), current_key(at))


def payload(certificate: Certificate, issued_at: datetime) -> dict[str, Any]:
    """What is signed: the credential itself, and the claims that say the same to readers of JWT."""
    credential = _credential(certificate, issued_at)
    return credential | {
        "iss": credential["issuer"]["id"],
        "jti": credential["id"],
        "sub": credential["credentialSubject"]["id"],
        "nbf": int(issued_at.timestamp()),
    }


def instant(moment: datetime) -> str:
    """A moment as credentials write it, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _credential(certificate: Certificate, issued_at: datetime) -> dict[str, Any]:
    course, page = certificate.course, verify_url(certificate)
    return {
        "@context": CONTEXTS,
        "id": badge_url(certificate),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": f"{certificate.heading}: {course.title}",
        "issuer": issuer(),
        "validFrom": instant(issued_at),
        "credentialSubject": {
            "id": page,
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "identityHash": certificate.user.name,
                    "identityType": "name",
                    "hashed": False,
                }
            ],
            "achievement": {
                "id": f"{settings.BASE_URL}{reverse('course', args=[course.slug])}"
                f"#{certificate.type}",
                "type": ["Achievement"],
                "achievementType": ACHIEVED[Certificate.Type(certificate.type)],
                "name": course.title,
                "description": course.tagline or course.title,
                "criteria": {"narrative": CRITERIA[Certificate.Type(certificate.type)]},
            },
        },
        "credentialStatus": status.entry(certificate),
    }
