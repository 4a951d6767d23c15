"""Media of a profile: pictures, PDFs, links to videos."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts.files.actions.storing import remove_file, store_file
from accounts.files.names import extension_of
from accounts.members.videos import provider_of, video_link
from accounts.models import File, User, UserMedia
from peerloop.kit.refusals import Invalid, LimitReached
from peerloop.kit.text import one_line

MOST_MEDIA = 12
LONGEST_TITLE = 120


class TooManyMedia(LimitReached):
    """The profile is full."""

    code = "too_many_media"
    message = f"Your profile shows {MOST_MEDIA} things already. Remove one first."


def add_media_file(*, user: User, upload: Any, title: str = "", at: datetime) -> UserMedia:
    """Show a picture or a PDF at the end of the list; its title is its name unless one is given.

    Raises Invalid naming ``file`` or ``title``, TooManyMedia, QuotaReached, OutsideDown. Call it
    outside a transaction.
    """
    words = _title(title)
    if UserMedia.objects.filter(user=user).count() >= MOST_MEDIA:
        raise TooManyMedia
    file = store_file(owner=user, purpose=File.Purpose.PROFILE_MEDIA, upload=upload, at=at)
    kind = UserMedia.Kind.IMAGE if file.is_picture else UserMedia.Kind.PDF
    name = file.name.removesuffix(f".{extension_of(file.name)}")
    try:
        return _add(user, at, kind=kind, file=file, title=words or one_line(name)[:LONGEST_TITLE])
    except TooManyMedia:
        remove_file(file=file, at=at)
        raise


def add_video(*, user: User, url: str, title: str = "", at: datetime) -> UserMedia:
    """Show a link to a video at the end of the list.

    Raises Invalid naming ``url`` for any other site than the known ones, or ``title``, and
    TooManyMedia.
    """
    address = video_link(url)
    if address is None:
        words = "Give the address of a video at YouTube, Vimeo or Loom."
        raise Invalid.field("url", words)
    words = _title(title) or f"Video at {provider_of(address)}"
    return _add(user, at, kind=UserMedia.Kind.VIDEO_LINK, url=address, title=words)


@transaction.atomic
def move_media(*, media: UserMedia, earlier: bool) -> None:
    """Swap it with its neighbour. At the end of the list nothing happens."""
    _locked(media.user_id)
    rows = list(UserMedia.objects.filter(user_id=media.user_id))
    place = next((number for number, row in enumerate(rows) if row.pk == media.pk), None)
    if place is None:
        return
    other = place - 1 if earlier else place + 1
    if not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for position, row in enumerate(rows, start=1):
        if row.position != position:
            row.position = position
            row.save(update_fields=["position"])


@transaction.atomic
def remove_media(*, media: UserMedia, at: datetime) -> None:
    """Remove it from the profile, with its file. Safe to repeat."""
    _locked(media.user_id)
    UserMedia.objects.filter(pk=media.pk).delete()
    if media.file is not None:
        remove_file(file=media.file, at=at)


@transaction.atomic
def _add(user: User, at: datetime, **fields: Any) -> UserMedia:
    _locked(user.pk)
    rows = UserMedia.objects.filter(user=user)
    if rows.count() >= MOST_MEDIA:
        raise TooManyMedia
    last = rows.aggregate(last=Max("position"))["last"] or 0
    return UserMedia.objects.create(
        user=user, position=last + 1, created_at=at, updated_at=at, **fields
    )


def _title(text: str) -> str:
    words = one_line(text)
    if len(words) > LONGEST_TITLE:
        raise Invalid.field("title", f"Use at most {LONGEST_TITLE} characters.")
    return words


def _locked(user_id: Any) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=user_id)
