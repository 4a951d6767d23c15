"""From an id to a row for a person, or a refusal."""

import uuid
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower

from accounts.models import (
    Block,
    DataExport,
    Notification,
    RefreshToken,
    Sanction,
    User,
    WebSession,
)
from peerloop.kit.refusals import Forbidden, Missing


class Unverified(Forbidden):
    """The act needs a proven address (rule AUTH-8)."""

    code = "email_unverified"
    message = "Confirm your e-mail address first. The link is in your mailbox."


class PostingBanned(Forbidden):
    """The member may read but not write for others (rule MOD-6)."""

    code = "posting_banned"


def may_post(user: User, *, at: datetime) -> None:
    """Raises PostingBanned with reason and end while a ban stands, else nothing (rule MOD-6).

    To be asked before posts, replies, likes, reviews and messages, but for those to our support. It
    ends by itself: no job has to lift it. A query only for who is banned.
    """
    if user.posting_banned_until is None or user.posting_banned_until <= at:
        return
    bans = Sanction.objects.standing(at).filter(user=user, kind=Sanction.Kind.POSTING_BAN)
    ban = bans.order_by("-starts_at").first()
    if ban is None:
        return
    until = f" until {ban.ends_at:%-d %B %Y, %H:%M} UTC" if ban.ends_at else ""
    raise PostingBanned(
        f"You can't post{until}. The reason: {ban.reason}",
        reason=ban.reason,
        until=ban.ends_at.isoformat() if ban.ends_at else None,
    )


def verified(user: User) -> None:
    """Raises Unverified while the member's address is not proven."""
    if not user.is_verified:
        raise Unverified


def member_of(user_id: Any) -> User:
    """The member with that id, if their account stands; raises Missing."""
    return _first(User.objects.active().filter(pk=_key(user_id)))


def seen_member(viewer: User | None, user_id: Any) -> User:
    """The member with that id as the viewer may open them.

    Raises Missing also where the member shut the viewer out (rule PRIV-7).
    """
    return _first(not_shut_out(User.objects.active(), viewer).filter(pk=_key(user_id)))


def seen_member_of_handle(viewer: User | None, handle: str) -> User:
    """The same by handle, in whatever letter case; one look at the unique index."""
    rows = not_shut_out(User.objects.active(), viewer).alias(low=Lower("handle"))
    return _first(rows.filter(low=handle.lower()))


def known_member(user_id: Any) -> User:
    """Any member there ever was, to take back what one did; raises Missing."""
    return _first(User.objects.filter(pk=_key(user_id)))


def known_member_of_handle(handle: str) -> User:
    """The same by handle."""
    return _first(User.objects.alias(low=Lower("handle")).filter(low=handle.lower()))


def not_shut_out(rows: "QuerySet[User]", viewer: User | None) -> "QuerySet[User]":
    """Those of the members who did not shut the viewer out; admins and moderators see all."""
    if viewer is None or viewer.is_admin or viewer.is_moderator:
        return rows
    return rows.exclude(Exists(Block.objects.filter(blocker=OuterRef("pk"), blocked=viewer)))


def _first(rows: "QuerySet[User]") -> User:
    # They are unique: ``first`` would put them in order, which costs more than to find them.
    user = next(iter(rows[:1]), None)
    if user is None:
        raise Missing
    return user


def _key(user_id: Any) -> uuid.UUID:
    try:
        return uuid.UUID(str(user_id))
    except ValueError:
        raise Missing from None


def notice_of(user: User, notice_id: uuid.UUID) -> Notification:
    """A notice of the member's own; raises Missing."""
    notice = Notification.objects.filter(user=user, pk=notice_id).first()
    if notice is None:
        raise Missing
    return notice


def own_export(user: User, export_id: uuid.UUID) -> DataExport:
    """A copy of the member's own data; raises Missing."""
    export = DataExport.objects.filter(user=user, pk=export_id).first()
    if export is None:
        raise Missing
    return export


def own_sign_in(user: User, family: uuid.UUID) -> uuid.UUID:
    """The sign-in, if it is the member's own; raises Missing."""
    if not RefreshToken.objects.filter(user=user, family=family).exists():
        raise Missing
    return family


def own_browser(user: User, browser: uuid.UUID) -> uuid.UUID:
    """The web sign-in, if it is the member's own; raises Missing."""
    if not WebSession.objects.filter(user=user, pk=browser).exists():
        raise Missing
    return browser
