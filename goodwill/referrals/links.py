"""Links of invitations: the signed token of a mail, and the fingerprint of an address."""

from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from accounts.models import User
from goodwill.models import Referral
from peerloop.kit.refusals import Missing

SALT = "goodwill.referrals"


def link_of(user: User) -> str:
    """The address that a member gives to friends."""
    return settings.BASE_URL + reverse("invited", args=[user.handle])


def token_of(referral: Referral) -> str:
    """The signed token of the mail of an invitation."""
    return Signer(salt=SALT).sign(referral.pk.hex)


def referral_of(token: str) -> Referral:
    """The invitation of a token; raises Missing for what is not ours."""
    try:
        key = UUID(Signer(salt=SALT).unsign(token))
    except (BadSignature, ValueError):
        raise Missing from None
    found = Referral.objects.select_related("referrer").filter(pk=key).first()
    if found is None:
        raise Missing
    return found


def fingerprint(email: str) -> str:
    """By what an address that wants no invitations is known again."""
    return sha256(f"{SALT}:{email.lower()}".encode()).hexdigest()
