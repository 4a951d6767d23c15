"""Certificates as Open Badges: a verifier that is not ours judges them."""

import json
from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import connection, transaction
from django.db.utils import IntegrityError
from jwt.algorithms import RSAAlgorithm
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier

from learning.actions import issue_certificate, reinstate_certificate, revoke_certificate
from learning.badges.credentials import signed_badge
from learning.badges.keys import current_key, rotate_key
from learning.badges.status import SIZE
from learning.models import BadgeKey, Certificate
from learning.tests.people import AT, completed
from tests.cast import browse

pytestmark = pytest.mark.django_db


def issued() -> Certificate:
    """Sam's certificate of completion, issued by the creator."""
    enrollment = completed()
    return issue_certificate(
        enrollment=enrollment, type="completion", by=enrollment.course.creator, at=AT
    )


def fetched(address: str) -> bytes:
    """What lies at an address of ours, read without signing in."""
    answer = browse().get(address.removeprefix("http://localhost:8000"))
    assert answer.status_code == 200, address
    assert answer["Access-Control-Allow-Origin"] == "*"
    return answer.content


def badge_of(certificate: Certificate) -> str:
    """The badge as a visitor downloads it."""
    return fetched(f"/certificates/verify/{certificate.code}/badge").decode()


def verifier_of(badge: str) -> OB3Verifier:
    """A verifier that holds the key which the badge names, read from its address."""
    jwk = json.loads(fetched(jwt.get_unverified_header(badge)["kid"]))
    assert set(jwk) == {"kty", "n", "e"}
    pem = RSAAlgorithm.from_jwk(jwk).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return OB3Verifier(pem)


def is_revoked(badge: str) -> bool:
    """What the independent verifier finds in the list that the badge names."""
    verifier = verifier_of(badge)
    credential = verifier.verify(badge)
    assert credential.credential_status
    try:
        verifier.check_status(credential, verify_list=True, download=fetched)
    except OB3VerificationError as refusal:
        if "'revocation' is set" not in str(refusal):
            raise
        return True
    return False


def test_a_verifier_of_others_accepts_it():
    certificate = issued()
    found = verifier_of(badge_of(certificate)).verify(badge_of(certificate))
    assert found.recipient_id == f"http://localhost:8000/certificates/verify/{certificate.code}"
    assert found.achievement.name == certificate.course.title
    assert found.issuer.name == "PeerLoop"


def test_it_is_the_credential_itself_with_the_claims_of_a_jwt():
    certificate = issued()
    badge = badge_of(certificate)
    header, claims = (
        jwt.get_unverified_header(badge),
        jwt.decode_complete(badge, options={"verify_signature": False})["payload"],
    )
    assert set(header) == {"alg", "typ", "kid"}
    assert header["alg"] == "RS256"
    assert "vc" not in claims
    assert claims["iss"] == claims["issuer"]["id"]
    assert claims["jti"] == claims["id"]
    assert claims["sub"] == claims["credentialSubject"]["id"]
    [person] = claims["credentialSubject"]["identifier"]
    assert person["identityHash"] == "Sam Student"
    assert certificate.user.email not in json.dumps(claims)


def test_no_byte_of_it_can_be_changed():
    badge = badge_of(issued())
    verifier = verifier_of(badge)
    for place in (badge.index(".") + 9, len(badge) // 2, len(badge) - 9):
        other = "A" if badge[place] != "A" else "B"
        with pytest.raises(OB3VerificationError):
            verifier.verify(badge[:place] + other + badge[place + 1 :])


def test_a_revocation_is_seen_in_the_list_and_so_is_its_end():
    certificate = issued()
    badge = badge_of(certificate)
    creator = certificate.course.creator
    assert not is_revoked(badge)
    revoke_certificate(certificate=certificate, reason="Not earned.", by=creator, at=AT)
    assert is_revoked(badge)
    assert browse().get(f"/certificates/verify/{certificate.code}/badge").status_code == 404
    reinstate_certificate(certificate=certificate, reason="Earned.", by=creator, at=AT)
    assert not is_revoked(badge)


def test_the_bit_of_another_certificate_says_nothing_of_this_one():
    mine, other = issued(), issued()
    revoke_certificate(certificate=other, reason="Not earned.", by=other.course.creator, at=AT)
    assert not is_revoked(badge_of(mine))


def test_numbers_beyond_one_list_are_in_the_next():
    certificate = issued()
    badge_number = 3 * SIZE + 5
    Certificate.objects.filter(pk=certificate.pk).update(number=badge_number)
    certificate.refresh_from_db()
    badge = badge_of(certificate)
    claims = jwt.decode(badge, options={"verify_signature": False})
    assert claims["credentialStatus"]["statusListIndex"] == "5"
    assert claims["credentialStatus"]["statusListCredential"].endswith("/badges/status/3")
    revoke_certificate(
        certificate=certificate, reason="Not earned.", by=certificate.course.creator, at=AT
    )
    assert is_revoked(badge)


@pytest.mark.parametrize(
    "address",
    [
        *("/badges/status/1", "/badges/status/99999999999999999999", "/badges/status/-1"),
        *("/badges/keys/0190a3c4-0000-7000-8000-000000000000", "/badges/keys/x"),
        *("/certificates/verify/AAAABBBBCCCC/badge", "/certificates/verify/%00/badge"),
    ],
)
def test_what_there_is_not_is_no_badge_key_or_list(address):
    issued()
    assert browse().get(address).status_code in {400, 404}


def test_badges_of_a_retired_key_stay_valid():
    certificate = issued()
    old = badge_of(certificate)
    rotate_key(AT)
    new = badge_of(certificate)
    assert jwt.get_unverified_header(old)["kid"] != jwt.get_unverified_header(new)["kid"]
    verifier_of(old).verify(old)
    verifier_of(new).verify(new)
    assert BadgeKey.objects.filter(retired_at=None).count() == 1


def test_the_database_keeps_no_two_current_keys():
    key = current_key(AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        BadgeKey.objects.create(public_key=key.public_key, private_key=key.private_key)


def test_the_private_key_is_unreadable_in_a_copy_of_the_database():
    key = current_key(AT)
    assert "PRIVATE" not in key.private_key
    assert set(key.public_key) == {"kty", "n", "e"}


@pytest.mark.django_db(transaction=True)
def test_calls_in_parallel_make_one_first_key():
    def call(_: int):
        try:
            return current_key(AT).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        found = set(threads.map(call, range(8)))
    assert len(found) == BadgeKey.objects.count() == 1


def checked(text: str) -> str:
    """The page's answer to a badge that somebody pastes."""
    return browse().post("/badges", {"badge": text}).content.decode()


def test_a_stranger_checks_a_badge_by_pasting_it():
    certificate = issued()
    page = checked(f"\n {badge_of(certificate)} \n")
    assert "This badge is genuine and valid" in page
    assert "Sam Student completed" in page


def test_a_revoked_badge_is_told_as_revoked():
    certificate = issued()
    badge = badge_of(certificate)
    revoke_certificate(
        certificate=certificate, reason="Not earned.", by=certificate.course.creator, at=AT
    )
    assert "This badge was revoked" in checked(badge)


def forged(certificate: Certificate, **header: object) -> str:
    """A badge with our claims, signed by a key of somebody else."""
    badge = signed_badge(certificate, AT)
    claims = jwt.decode(badge, options={"verify_signature": False})
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    return jwt.encode(
        claims, key, algorithm="RS256", headers=jwt.get_unverified_header(badge) | header
    )


def test_a_badge_of_another_key_is_refused_though_it_names_ours():
    assert "PeerLoop did not sign this badge" in checked(forged(issued()))


@pytest.mark.parametrize(
    "kid",
    [
        *("https://evil.test/badges/keys/1", "http://localhost:8000/badges", "", 7, None, {}),
        "http://localhost:8000/badges/keys/0190a3c4-0000-7000-8000-000000000000",
        "http://localhost:8000.evil.test/badges/keys/0190a3c4-0000-7000-8000-000000000000",
    ],
)
def test_a_badge_that_names_no_key_of_ours_is_refused(kid):
    try:
        badge = forged(issued(), kid=kid)
    except jwt.InvalidTokenError:
        badge = "eyJraWQiOjd9.e30.AA"
    assert "PeerLoop did not sign this badge" in checked(badge)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_badge_without_our_kind_of_signature_is_refused(algorithm):
    certificate = issued()
    badge = signed_badge(certificate, AT)
    claims = jwt.decode(badge, options={"verify_signature": False})
    kid = jwt.get_unverified_header(badge)["kid"]
    key = None if algorithm == "none" else "x" * 64
    cheat = jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid})
    assert "PeerLoop did not sign this badge" in checked(cheat)


@pytest.mark.parametrize("text", ["", "   ", "hello", "a.b.c", "..", "é.é.é", "x" * 30_000, "\x00"])
def test_what_is_no_badge_is_refused_at_the_field(text):
    answer = browse().post("/badges", {"badge": text})
    assert answer.status_code in {400, 422}
    assert "genuine and valid" not in answer.content.decode()


def test_lists_and_badges_cost_few_statements(django_assert_num_queries):
    certificate = issued()
    badge_of(certificate)
    with django_assert_num_queries(2):
        fetched(f"/certificates/verify/{certificate.code}/badge")
    with django_assert_num_queries(3):
        fetched("/badges/status/0")
