"""The adapter of allauth.mfa."""

from allauth.mfa.adapter import DefaultMFAAdapter

from accounts.identity.factors import encryption

ISSUER = "PeerLoop"


class FactorAdapter(DefaultMFAAdapter):
    """Secrets encrypted; the name that an authenticator app shows."""

    def encrypt(self, text: str) -> str:
        """Encrypt a secret that must be read again."""
        return encryption.encrypted(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The decrypted secret; raises ValueError if SECRET_KEY was lost."""
        return encryption.decrypted(encrypted_text)

    def get_totp_issuer(self) -> str:
        """The name that the authenticator app shows."""
        return ISSUER
