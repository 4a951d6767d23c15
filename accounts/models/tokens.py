"""Tokens of links in mails and of the API, stored as hashes."""

import hashlib
from datetime import datetime

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.events import SignInEnded
from accounts.models.member import User
from accounts.models.session import WebSession
from peerloop.kit.events import announce
from peerloop.kit.rows import Row


def hash_of(secret: str) -> str:
    """How a handed-out secret is stored: SHA-256, for it has 256 random bits of its own."""
    return hashlib.sha256(secret.encode()).hexdigest()


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
    """Verifies an e-mail address."""

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


class RefreshTokenQuerySet(models.QuerySet["RefreshToken"]):
    """Refresh tokens, and with them the access tokens of their families."""

    def usable(self, at: datetime | models.Expression) -> "RefreshTokenQuerySet":
        """Those that can be exchanged: the last of each family that was not ended."""
        return self.filter(used_at=None, revoked_at=None, expires_at__gt=at)

    @transaction.atomic
    def revoke(self, at: datetime) -> None:
        """Revoke those that are not revoked yet; what is open by them ends. Safe to repeat."""
        live = self.filter(revoked_at=None)
        signed_in = set(live.values_list("user_id", flat=True))
        live.update(revoked_at=at)
        for user_id in signed_in:
            announce(SignInEnded(user_id=user_id))


class RefreshToken(Row):
    """A refresh token; the tokens of one sign-in are a family (rule AUTH-2)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    family = models.UUIDField()
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    agent = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=64, blank=True)

    objects = RefreshTokenQuerySet.as_manager()

    class Meta:
        db_table = "refresh_tokens"
        indexes = [
            models.Index(fields=["family"], name="refresh_family"),
            models.Index(fields=["expires_at"], name="refresh_age"),
        ]

    def __str__(self) -> str:
        return f"refresh token of {self.user_id}"


@transaction.atomic
def end_all_sign_ins(*, user: User) -> None:
    """End every sign-in of a member, tokens and web sessions alike. Safe to repeat.

    The version stands in each access token and in the hash of each web session, so raising it ends
    both at their next request. All who start, rotate or end sign-ins lock the member's row first.
    """
    User.objects.filter(pk=user.pk).update(token_version=F("token_version") + 1)
    # Real time, also in a demo (docs/adr/0005).
    RefreshToken.objects.filter(user=user).revoke(timezone.now())
    WebSession.objects.filter(user=user).end()
    user.refresh_from_db(fields=["token_version"])
