"""Carrying out an erasure: every declared table, then the member's own row (rule ROLE-13, PRI-3).

Each step is safe to repeat and commits by itself, the member's row comes last: killed anywhere, the
next run ends it. Ids, money, certificates and the audit log stay.
"""

import json
import logging
import re
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.db.models import Model, Q, TextField
from django.db.models.functions import Cast
from django.urls import reverse

from accounts.audit.log import record
from accounts.files.actions.storing import remove_files
from accounts.files.purposes import declared
from accounts.identity.actions.closure import obstacles
from accounts.models import (
    DataExport,
    Email,
    Erasure,
    LocalMail,
    Notification,
    User,
    UserMedia,
    WebhookEvent,
)
from accounts.privacy.actions.export import drop_archive
from accounts.privacy.personal_rows import (
    blank_columns,
    delete_rows,
    known_tables,
)
from peerloop.kit.batches import in_batches
from peerloop.kit.personal_data import ClosedAccount, erasing_steps, last_steps
from peerloop.kit.refusals import OutsideDown

logger = logging.getLogger(__name__)

NAME = "Former member"


def erase_due(*, at: datetime) -> int:
    """Carry out all whose thirty days are over; how many. Called by the sweep, safe to repeat."""
    due = Erasure.objects.filter(due_at__lte=at, undone_at=None, done_at=None)
    done = 0
    for erasure in list(due.select_related("user").order_by("due_at")):
        try:
            done += carry_out(erasure=erasure, at=at)
        except (DatabaseError, OutsideDown):
            # One that fails must not hold up the others; the next run tries it again.
            logger.exception("erasure %s broke off", erasure.pk)
    return done


def carry_out(*, erasure: Erasure, at: datetime) -> bool:
    """Erase the personal data of one member; False if something stands against it.

    What came up since the account was closed, a payment that was on its way, is settled first.
    """
    user = erasure.user
    found = obstacles(user=user, at=at, is_last_admin=False)
    if found:
        codes = ", ".join(one.code for one in found)
        logger.warning("erasure %s waits: %s", erasure.pk, codes)
        return False
    account = ClosedAccount(
        user.pk, user.name, user.handle, user.email, user.stripe_account_id or ""
    )
    own = (remove_files_of, forget_provider_payloads, replace_name_elsewhere)
    for step in (*own, *erasing_steps()):
        step(account, at)
    for table in known_tables():
        blank_columns(table, user_id=user.pk)
    for table in known_tables():
        delete_rows(table, user_id=user.pk, email=account.email)
    return _blank(erasure, account, at)


def forget_provider_payloads(account: ClosedAccount, at: datetime) -> None:
    """Empty payloads of providers that name the address or payout account; the row stays."""
    words = [word for word in (account.email, account.payout_account) if word]
    naming = Q()
    for word in words:
        naming |= Q(payload__icontains=word)
    in_batches(
        WebhookEvent.objects.filter(naming),
        lambda batch: batch.update(payload={}, emptied_at=at),
    )


def remove_files_of(account: ClosedAccount, at: datetime) -> None:
    """Remove the member's own files and exports; files of courses stay (CAT-9)."""
    for export in DataExport.objects.filter(user_id=account.user_id).exclude(archive_key=""):
        drop_archive(export=export, at=at)
    UserMedia.objects.filter(user_id=account.user_id).delete()
    of_courses = Q(purpose__in=[one.purpose for one in declared() if one.is_part_of_course])
    remove_files(files=Q(owner_id=account.user_id) & ~of_courses, at=at)


def replace_name_elsewhere(account: ClosedAccount, at: datetime) -> None:
    """Write "Former member" in the notifications and mails that others got about them."""
    for word in (account.email, account.name, f"@{account.handle}"):
        if not word or (word == account.name and _is_shared(account)):
            continue
        pattern = _pattern(word)
        _replace("notifications", "title", word, pattern)
        _replace("notifications", "body", word, pattern)
        _replace_within(Notification, "data", word)
        _replace_within(Email, "context", word)
        LocalMail.objects.filter(Q(text__contains=word) | Q(to=word)).delete()
    profile = reverse("profile", args=[account.handle])
    Notification.objects.filter(url=profile).update(url="")
    Email.objects.filter(context__url=profile).update(context={}, emptied_at=at)


def _is_shared(account: ClosedAccount) -> bool:
    """Whether the name is part of another member's: then it identifies nobody."""
    others = User.objects.exclude(pk=account.user_id)
    return others.filter(name__contains=account.name).exists()


def _pattern(word: str) -> str:
    return rf"(?<!\w){re.escape(word)}(?!\w)"


def _replace(table: str, column: str, word: str, pattern: str) -> None:
    # Names of tables and columns are the constants above; the words are parameters.
    statement = (
        f"UPDATE {table} SET {column} = regexp_replace({column}, %s, %s, 'g') "  # noqa: S608
        f"WHERE position(%s in {column}) > 0"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [pattern, NAME, word])


def _replace_within(model: type[Model], column: str, word: str) -> None:
    """The same in the texts of a JSON column; a member named "null" or "seed" breaks none of it."""
    written = json.dumps(word, ensure_ascii=False)[1:-1]
    holding = model._default_manager.alias(text=Cast(column, TextField()))
    keys = list(holding.filter(text__contains=written).values_list("pk", flat=True))
    for key in keys:
        with transaction.atomic():
            row = model._default_manager.select_for_update(no_key=True).filter(pk=key)
            for held in row.values_list(column, flat=True):
                row.update(**{column: _renamed(held, word)})


def _renamed(held: Any, word: str) -> Any:
    """The value with the name replaced in its texts: its keys, numbers and dates are not words."""
    if isinstance(held, dict):
        return {key: _renamed(value, word) for key, value in held.items()}
    if isinstance(held, list):
        return [_renamed(value, word) for value in held]
    is_text = isinstance(held, str) and (word.upper() != word.lower() or " " in held)
    if not is_text and held != word:
        return held
    return re.sub(_pattern(word), NAME, held)


@transaction.atomic
def _blank(erasure: Erasure, account: ClosedAccount, at: datetime) -> bool:
    """The last step: blank the member's row; only its id stays."""
    user = User.objects.select_for_update(no_key=True).get(pk=account.user_id)
    erasure = Erasure.objects.select_for_update(no_key=True).get(pk=erasure.pk)
    if erasure.done_at is not None or erasure.undone_at is not None:
        return False
    for field, value in blanks(user.pk).items():
        setattr(user, field, value)
    user.set_unusable_password()
    user.save()
    user.groups.clear()
    user.user_permissions.clear()
    for step in last_steps():
        step(account, at)
    erasure.done_at, erasure.token_hash = at, None
    erasure.save(update_fields=["done_at", "token_hash"])
    record(actor=None, action="member.erased", subject=user, at=at)
    return True


def blanks(user_id: UUID) -> dict[str, object]:
    """The values of a blank row: no mail reaches it, no page finds it."""
    return {
        "name": NAME,
        "handle": f"former_{user_id.hex[-13:]}",
        "email": f"{user_id.hex}@former-member.invalid",
        **dict.fromkeys(("title", "bio", "bio_short", "website", "avatar_url"), ""),
        **dict.fromkeys(("teaching_philosophy", "languages", "location", "timezone"), ""),
        "suspended_reason": "",
        **dict.fromkeys(("is_creator", "is_student_teacher", "is_moderator"), False),
        **dict.fromkeys(("is_admin", "is_superuser", "privacy_public"), False),
        "profile_hidden_at": None,
        "profile_was_public": False,
        "marketing_opt_out": True,
        "stripe_account_id": None,
        "stripe_account_status": User.PayoutAccount.NONE,
        **dict.fromkeys(("stripe_payouts_enabled", "stripe_details_submitted"), False),
        **dict.fromkeys(("email_verified_at", "last_login", "last_seen_at"), None),
        "onboarding_completed_at": None,
        "origin": {},
    }
