"""How allauth.mfa keeps secrets and names us."""

from urllib.parse import urlsplit

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings

from accounts.identity.factors import encryption

ISSUER = "PeerLoop"


class FactorAdapter(DefaultMFAAdapter):
    """Secrets encrypted; passkeys bound to our own host."""

    def encrypt(self, text: str) -> str:
        """For a secret that must be read again."""
        return encryption.sealed(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; raises ValueError if SECRET_KEY was lost."""
        return encryption.opened(encrypted_text)

    def get_totp_issuer(self) -> str:
        """The name that stands in the member's app."""
        return ISSUER

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """To whom a passkey belongs: the host of BASE_URL; in development the one that is asked."""
        host = urlsplit(settings.BASE_URL).hostname or "localhost"
        if settings.DEBUG:
            host = context.request.get_host().partition(":")[0]
        return {"id": host, "name": ISSUER}
