"""Platform settings and the audit log."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from accounts.models.audit_triggers import ENTRY_STAYS, ENTRY_WAITS, HASHES
from accounts.models.member import User
from peerloop.kit.rows import Row
from peerloop.kit.triggers import never_truncated


class PlatformSetting(Row):
    """A value that an admin may tune without a release (rule ADM-5)."""

    key = models.CharField(max_length=80, unique=True)
    value = models.JSONField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "platform_settings"

    def __str__(self) -> str:
        return self.key

    @classmethod
    def read(cls, key: str, default: Any) -> Any:
        """The value of the key, or the default."""
        row = cls.objects.filter(key=key).values_list("value", flat=True).first()
        return default if row is None else row


class AuditEntry(Row):
    """One privileged action: who, what, before and after, why. Never changed (rule ADM-2)."""

    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=80)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=64)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(max_length=2000, blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "audit_log"
        verbose_name_plural = "audit entries"
        constraints = [
            ENTRY_STAYS,
            *HASHES,
            ENTRY_WAITS,
            never_truncated("audit_log_not_truncated"),
        ]
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="audit_object"),
            models.Index(fields=["object_id"], name="audit_object_id"),
            models.Index(fields=["request_id"], name="audit_request"),
            GinIndex(fields=["reason"], opclasses=["gin_trgm_ops"], name="audit_reason_trgm"),
            models.Index(fields=["action", "-id"], name="audit_action"),
            models.Index(fields=["created_at"], name="audit_created"),
            models.Index(fields=["actor", "created_at"], name="audit_actor_created"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}"
