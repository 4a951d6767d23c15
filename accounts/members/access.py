"""From an id to a row for a person, or a refusal."""

import uuid
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from accounts.files.links import StillPending
from accounts.members.queries.profiles import sees_whole_profile
from accounts.models import (
    Block,
    File,
    User,
    UserMedia,
)
from peerloop.kit.refusals import Missing


def member_of(user_id: Any) -> User:
    """The active member with that id; raises Missing."""
    return _first(User.objects.active().filter(pk=_key(user_id)))


def visible_member(viewer: User | None, user_id: Any) -> User:
    """The active member with that id, if the viewer may see them.

    Raises Missing also where the member shut the viewer out (rule PRIV-7).
    """
    return _first(without_blockers(User.objects.active(), viewer).filter(pk=_key(user_id)))


def visible_member_of_handle(viewer: User | None, handle: str) -> User:
    """The same by handle, case-insensitive."""
    rows = without_blockers(User.objects.active(), viewer).alias(low=Lower("handle"))
    return _first(rows.filter(low=handle.lower()))


def any_member(user_id: Any) -> User:
    """Any member, active or not, for undoing a follow or block; raises Missing."""
    return _first(User.objects.filter(pk=_key(user_id)))


def any_member_of_handle(handle: str) -> User:
    """The same by handle."""
    return _first(User.objects.alias(low=Lower("handle")).filter(low=handle.lower()))


def without_blockers(rows: "QuerySet[User]", viewer: User | None) -> "QuerySet[User]":
    """Those of the members who did not shut the viewer out; admins and moderators see all."""
    if viewer is None or viewer.keeps_order:
        return rows
    return rows.exclude(shut_out_by(viewer))


def shut_out_by(viewer: Any) -> Exists:
    """The condition that the member of a row shut the viewer out; admins are no exception here."""
    return Exists(Block.objects.filter(blocker=OuterRef("pk"), blocked=viewer))


def blocked_either_way(user_id: uuid.UUID) -> Exists:
    """The condition that the member of a row and this one are apart: either shut the other out."""
    theirs, own = Q(blocker=OuterRef("pk"), blocked=user_id), Q(blocker=user_id)
    return Exists(Block.objects.filter(theirs | own & Q(blocked=OuterRef("pk"))))


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


def own_media(user: User, media_id: uuid.UUID) -> UserMedia:
    """A piece of the member's own profile; raises Missing."""
    return _found(UserMedia.objects.select_related("file").filter(user=user, pk=media_id).first())


def visible_media(viewer: User | None, handle: str, media_id: uuid.UUID) -> File:
    """The file of a piece of a profile that the viewer may read (rules PRIV-2, PRIV-7).

    Raises Missing for who may not, and StillPending for all but the owner while its scan is out.
    """
    member = visible_member_of_handle(viewer, handle)
    if not sees_whole_profile(member, viewer):
        raise Missing
    rows = UserMedia.objects.select_related("file").filter(user=member, pk=media_id)
    file = _found(rows.first()).file
    if file is None or not file.is_live:
        raise Missing
    is_own = viewer is not None and viewer.pk == member.pk
    if file.scan == File.Scan.PENDING and not is_own:
        raise StillPending
    return file


def _found(media: UserMedia | None) -> UserMedia:
    if media is None:
        raise Missing
    return media
