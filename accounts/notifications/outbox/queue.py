"""Queues mails in the outbox, in the transaction of the action (rule PLAT-6)."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import Email, User
from accounts.notifications.kinds import Mail
from accounts.notifications.preferences import wanting_mail
from peerloop.kit.tasks import enqueue


def queue_email(
    mail: Mail,
    *,
    to: str,
    context: dict[str, Any],
    dedupe_key: str,
    user: User | None = None,
    due: datetime | None = None,
    at: datetime,
) -> Email | None:
    """Queue one mail, to be sent after commit, or not before ``due``.

    None if that key was queued before, or the member does not want such mail (rule NOTE-2).

    ``context`` holds JSON values, and under "ics" the text of a calendar file to attach. Call it
    inside the act's transaction.
    """
    if user is not None and not wanting_mail([user], mail=mail):
        return None
    return queue_wanted(
        mail,
        to=to,
        context=context,
        dedupe_key=dedupe_key,
        user=user,
        due=due,
        at=at,
    )


def queue_wanted(
    mail: Mail,
    *,
    to: str,
    context: dict[str, Any],
    dedupe_key: str,
    user: User | None,
    due: datetime | None = None,
    at: datetime,
) -> Email | None:
    """``queue_email`` for a member of whom it is known that they want such mail."""
    try:
        with transaction.atomic():
            email = Email.objects.create(
                to=to,
                template=mail.template,
                context=context,
                dedupe_key=dedupe_key[:200],
                user=user,
                next_try_at=due or at,
                created_at=at,
                updated_at=at,
            )
    except IntegrityError:
        if Email.objects.filter(dedupe_key=dedupe_key[:200]).exists():
            return None
        raise
    if due is None or due <= at:
        enqueue("accounts.deliver_email", email_id=str(email.pk))
    return email
