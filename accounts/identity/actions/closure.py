"""Account closure (rule ROLE-13): requested, undone within 30 days, then erased by ``privacy``.

From the asking on nobody signs in and nobody finds the member. What carries it out is safe to
repeat and goes on where it was killed: ``accounts.privacy.actions.erasure``.
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.audit.log import record
from accounts.events import MemberLeft
from accounts.identity.actions.links import link_secret
from accounts.identity.notifications import ACCOUNT_CLOSED
from accounts.models import Email, Erasure, User
from accounts.models.tokens import end_all_sign_ins, hash_of
from accounts.notifications.mail.composing import NotWanted, new_seed
from accounts.notifications.outbox.queue import queue_email
from accounts.sanctions.rules import other_admins, required_reason
from peerloop.kit.events import announce
from peerloop.kit.personal_data import Obstacle, obstacles_of
from peerloop.kit.refusals import Conflict, Forbidden, Gone, Invalid
from peerloop.kit.retries import retried

TIME_TO_THINK = timedelta(days=30)
OWN_WISH = "The member's own wish."


class AccountInUse(Conflict):
    """Something must be settled first; ``obstacles`` lists everything (rule ROLE-13)."""

    code = "account_in_use"


@retried
@transaction.atomic
def ask_for_erasure(*, user: User, by: User, at: datetime, reason: str = "") -> Erasure:
    """Close the account now; its personal data is erased in thirty days.

    ``by`` is the member, or an admin with a reason. Every sign-in ends, on the web and over the
    API; a mail says how to take it back. Repeating it changes nothing. Raises AccountInUse with
    all obstacles at once, Forbidden, Invalid.
    """
    is_own = user.pk == by.pk
    if not is_own:
        require_admin(by)
    reason = OWN_WISH if is_own else required_reason(reason)
    others = other_admins(user)
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    requested = Erasure.objects.filter(user=user, undone_at=None).first()
    if requested is not None:
        return requested
    require_none(obstacles(user=user, at=at, is_last_admin=user.is_admin and not others))
    erasure = Erasure.objects.create(
        user=user,
        asked_by=by,
        reason=reason,
        due_at=at + TIME_TO_THINK,
        created_at=at,
        updated_at=at,
    )
    user.deleted_at = at
    user.save(update_fields=["deleted_at"])
    end_all_sign_ins(user=user)
    record(
        actor=by,
        action="member.erasure_asked",
        subject=user,
        after={"due_at": erasure.due_at.isoformat()},
        reason=reason,
        at=at,
    )
    _send_way_back(erasure, at)
    announce(MemberLeft(user_id=user.pk, at=at))
    return erasure


def send_reopening_link(*, address: str, at: datetime) -> bool:
    """Send the link that reopens the account, if this address has a closed one; whether it has."""
    closed = Erasure.objects.select_related("user").filter(
        user__email=address, undone_at=None, done_at=None, due_at__gt=at
    )
    erasure = closed.first()
    if erasure is not None:
        _send_way_back(erasure, at)
    return erasure is not None


def _send_way_back(erasure: Erasure, at: datetime) -> None:
    """Queue the mail with the link that reopens the account; earlier links become invalid."""
    user, seed = erasure.user, new_seed()
    # Without ``user``: mails of closed accounts are not sent.
    queue_email(
        ACCOUNT_CLOSED,
        to=user.email,
        context={
            "seed": seed,
            "erasure": str(erasure.pk),
            "name": user.get_short_name(),
            "kept_until": erasure.due_at.isoformat(),
        },
        dedupe_key=f"{ACCOUNT_CLOSED.template}:{seed}",
        at=at,
    )


def obstacles(*, user: User, at: datetime, is_last_admin: bool | None = None) -> list[Obstacle]:
    """Everything that prevents closing the account now. Changes nothing."""
    if is_last_admin is None:
        admins = User.objects.active().filter(is_admin=True).exclude(pk=user.pk)
        is_last_admin = user.is_admin and not admins.exists()
    found = obstacles_of(user.pk, at)
    if is_last_admin:
        words = "You are the last admin. Make somebody else an admin first."
        found.insert(0, Obstacle("last_admin", words))
    return found


def require_none(found: list[Obstacle]) -> None:
    """Raises AccountInUse if there are obstacles."""
    if found:
        raise AccountInUse(
            "The account can't be closed yet. " + " ".join(one.words for one in found),
            obstacles=[asdict(one) for one in found],
        )


@transaction.atomic
def undo_erasure(*, erasure: Erasure, by: User | None, reason: str = "", at: datetime) -> None:
    """Reopen the account with all its data; the member has to sign in again.

    ``by`` is an admin with a reason, or nobody: the member, with the link of the mail. Repeating it
    changes nothing. Raises Gone once it was carried out, Forbidden, Invalid.
    """
    if by is not None:
        require_admin(by)
        reason = required_reason(reason)
    user = User.objects.select_for_update(no_key=True).get(pk=erasure.user_id)
    erasure = Erasure.objects.select_for_update(no_key=True).get(pk=erasure.pk)
    if erasure.undone_at is not None:
        return
    if erasure.done_at is not None or erasure.due_at <= at:
        raise Gone("The thirty days are over. The data is gone.")
    erasure.undone_at, erasure.undone_by, erasure.token_hash = at, by, None
    erasure.save(update_fields=["undone_at", "undone_by", "token_hash"])
    user.deleted_at = None
    user.save(update_fields=["deleted_at"])
    record(
        actor=by,
        action="member.erasure_undone",
        subject=user,
        reason=reason or "Taken back with the link of the mail.",
        at=at,
    )


def erasure_of_link(*, token: str, at: datetime) -> Erasure:
    """The erasure that the link of a mail undoes; raises Gone for an invalid link."""
    found = Erasure.objects.select_related("user").filter(token_hash=hash_of(token)).first()
    if found is None or found.undone_at or found.done_at or found.due_at <= at:
        raise Gone
    return found


def open_erasure(*, user: User) -> Erasure:
    """The erasure that closed the account and was not undone; raises Invalid."""
    found = Erasure.objects.filter(user=user, undone_at=None).first()
    if found is None:
        raise Invalid("This account isn't closed.", code="not_closed")
    return found


def undo_link(email: Email, at: datetime) -> dict[str, Any]:
    """The link of the mail, made at sending; raises NotWanted."""
    secret = link_secret(email)
    kept = Erasure.objects.filter(
        pk=UUID(str(email.context["erasure"])), undone_at=None, done_at=None
    ).update(token_hash=hash_of(secret))
    if not kept:
        raise NotWanted("taken back or carried out")
    return {"link": settings.BASE_URL + reverse("reopen-account", args=[secret])}


def require_admin(by: User) -> None:
    """Raises Forbidden unless ``by`` is an active admin now (rule ROLE-11)."""
    if not User.objects.active().filter(pk=by.pk, is_admin=True).exists():
        raise Forbidden("Only an admin does this for another member.")
