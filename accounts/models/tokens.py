"""Secrets that were handed out: kept as hashes, used once."""

from django.db import models
from django.db.models import Q

from accounts.models.member import User
from peerloop.kit.rows import Row


class LinkToken(Row):
    """A link by mail: 256 bits, bound to a member and an address, single use (rule AUTH-7)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    email = models.EmailField(max_length=254)
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class EmailVerificationToken(LinkToken):
    """Proves an address."""

    class Meta:
        db_table = "email_verification_tokens"
        indexes = [
            models.Index(
                fields=["user"], condition=Q(used_at=None), name="verification_open_by_user"
            ),
            models.Index(fields=["expires_at"], name="verification_age"),
        ]

    def __str__(self) -> str:
        return f"verification of {self.user_id}"


class PasswordResetToken(LinkToken):
    """Lets its holder set a new password."""

    class Meta:
        db_table = "password_reset_tokens"
        indexes = [
            models.Index(fields=["user"], condition=Q(used_at=None), name="reset_open_by_user"),
            models.Index(fields=["expires_at"], name="reset_age"),
        ]

    def __str__(self) -> str:
        return f"reset of {self.user_id}"


class RefreshToken(Row):
    """One link of a chain of refresh tokens; a chain is a family, one sign-in (rule AUTH-2)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    family = models.UUIDField()
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    agent = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "refresh_tokens"
        indexes = [
            models.Index(fields=["family"], name="refresh_family"),
            models.Index(fields=["expires_at"], name="refresh_age"),
        ]

    def __str__(self) -> str:
        return f"refresh token of {self.user_id}"
