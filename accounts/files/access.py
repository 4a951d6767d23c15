"""From an id to a piece of a profile, for its owner and for who may see the profile."""

import uuid

from accounts.access import seen_member_of_handle
from accounts.files.links import StillPending
from accounts.models import File, User, UserMedia
from accounts.queries import sees_all
from peerloop.kit.refusals import Missing


def own_media(user: User, media_id: uuid.UUID) -> UserMedia:
    """A piece of the member's own profile; raises Missing."""
    return _first(UserMedia.objects.select_related("file").filter(user=user, pk=media_id).first())


def seen_media(viewer: User | None, handle: str, media_id: uuid.UUID) -> File:
    """The file of a piece of a profile that the viewer may read (rules PRIV-2, PRIV-7).

    Raises Missing for who may not, and StillPending for all but the owner while its scan is out.
    """
    member = seen_member_of_handle(viewer, handle)
    if not sees_all(member, viewer):
        raise Missing
    rows = UserMedia.objects.select_related("file").filter(user=member, pk=media_id)
    file = _first(rows.first()).file
    if file is None or not file.is_live:
        raise Missing
    is_own = viewer is not None and viewer.pk == member.pk
    if file.scan == File.Scan.PENDING and not is_own:
        raise StillPending
    return file


def _first(media: UserMedia | None) -> UserMedia:
    if media is None:
        raise Missing
    return media
