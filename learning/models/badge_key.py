"""Keys that sign badges. Each stays published for ever, so that old badges can be verified."""

from django.db import models
from django.db.models import Q

from peerloop.kit.rows import Row


class BadgeKey(Row):
    """An RSA key pair; the newest one signs. Its id names it in the badges that it signed."""

    # kty, n and e of RFC 7517, and nothing else.
    public_key = models.JSONField()
    # PKCS 8 in PEM, encrypted with SECRET_KEY.
    private_key = models.TextField(max_length=10_000)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "badge_keys"
        constraints = [
            models.UniqueConstraint(
                fields=["retired_at"],
                condition=Q(retired_at=None),
                nulls_distinct=False,
                name="badge_key_one_current",
            )
        ]

    def __str__(self) -> str:
        return f"badge key {self.pk}"
