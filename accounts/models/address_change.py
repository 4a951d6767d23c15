"""Changes of e-mail addresses."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.models.member import User
from peerloop.kit.rows import Row


class AddressChange(Row):
    """Requested, confirmed by a link to the new address, undone by a link to the old one.

    Links are kept as hashes. ``confirm_hash`` is empty where somebody else has the new address:
    such a request looks like any other and leads nowhere. ``undo_hash`` is empty where the old
    address was never proven: it may be a stranger's. ``ended_at``: no link of it counts any more.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    old_email = models.EmailField(max_length=254)
    new_email = models.EmailField(max_length=254)
    confirm_hash = models.CharField(max_length=64, unique=True, null=True)
    confirm_until = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    undo_hash = models.CharField(max_length=64, unique=True, null=True)
    undo_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "address_changes"
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(done_at=None, ended_at=None),
                name="address_change_one_open",
            ),
            models.CheckConstraint(
                condition=Q(old_email=Lower("old_email"), new_email=Lower("new_email"))
                & ~Q(old_email=F("new_email")),
                name="address_change_addresses",
            ),
            models.CheckConstraint(
                condition=Q(undo_hash=None, undo_until=None)
                | Q(undo_hash__isnull=False, undo_until__isnull=False, done_at__isnull=False),
                name="address_change_way_back",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "created_at"], name="address_change_user"),
            models.Index(
                fields=["old_email"],
                condition=Q(undo_hash__isnull=False, ended_at=None),
                name="address_change_kept_free",
            ),
        ]

    def __str__(self) -> str:
        return f"change of address of {self.user_id}"
