"""The hash chain that makes tampering with the audit log evident, and its daily heads."""

from django.db import models

from accounts.models.audit_triggers import LINK_IS_SEALED_ONCE, LINK_SEALS
from accounts.models.operation import AuditEntry
from peerloop.kit.rows import Row
from peerloop.kit.triggers import append_only, never_truncated


class AuditLink(models.Model):
    """The place of one entry in the chain (security OPS-5). Written by the database alone.

    A deferred trigger seals each entry at commit, one transaction at a time: numbers have no gap
    and nobody waits for a whole act. ``seq`` is empty only inside the transaction that writes it.
    """

    entry = models.OneToOneField(
        AuditEntry,
        on_delete=models.DO_NOTHING,
        primary_key=True,
        related_name="link",
        # A check of the key would wait for locks while the chain is held.
        db_constraint=False,
    )
    seq = models.BigIntegerField(unique=True, null=True)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        db_table = "audit_chain"
        constraints = [
            LINK_IS_SEALED_ONCE,
            LINK_SEALS,
            never_truncated("audit_chain_not_truncated"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.hash[:12]}"


class AuditHead(Row):
    """The head of the chain on a day, as mailed to the admins. Never changed."""

    day = models.DateField(unique=True)
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        db_table = "audit_heads"
        constraints = [
            append_only("audit_heads_append_only"),
            never_truncated("audit_heads_not_truncated"),
        ]
        ordering = ("-day",)

    def __str__(self) -> str:
        return f"{self.day}: {self.seq} {self.hash[:12]}"
