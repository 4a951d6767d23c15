"""The head of the audit chain, stored and mailed once a day (security OPS-5)."""

from datetime import UTC, datetime

from django.db import transaction

from accounts.audit import chain as audit_chain
from accounts.models import AuditHead, User
from accounts.notifications import AUDIT_HEAD
from accounts.notifications.outbox.queue import queue_email


@transaction.atomic
def mail_audit_head(*, at: datetime) -> AuditHead | None:
    """Store today's head (UTC) and mail it to every admin, so that a cut log can be proven.

    None when there is nothing to keep, or today's is kept already. Safe to repeat.
    """
    found = audit_chain.head()
    if found is None:
        return None
    day = at.astimezone(UTC).date()
    seq, text = found
    times = {"created_at": at, "updated_at": at}
    kept, is_new = AuditHead.objects.get_or_create(
        day=day, defaults={"seq": seq, "hash": text, **times}
    )
    if not is_new:
        return None
    for admin in User.objects.active().filter(is_admin=True):
        queue_email(
            AUDIT_HEAD,
            to=admin.email,
            context={"day": day.isoformat(), "seq": seq, "hash": text},
            dedupe_key=f"audit-head:{day}:{admin.pk}",
            user=admin,
            at=at,
        )
    return kept
