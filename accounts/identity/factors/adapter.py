"""How allauth.mfa keeps secrets and names us."""

from allauth.mfa.adapter import DefaultMFAAdapter

from accounts.identity.factors import encryption

ISSUER = "PeerLoop"


class FactorAdapter(DefaultMFAAdapter):
    """Secrets encrypted; the name that an authenticator app shows."""

    def encrypt(self, text: str) -> str:
        """For a secret that must be read again."""
        return encryption.encrypted(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; raises ValueError if SECRET_KEY was lost."""
        return encryption.decrypted(encrypted_text)

    def get_totp_issuer(self) -> str:
        """The name that stands in the member's app."""
        return ISSUER
