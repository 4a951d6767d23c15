"""Media of a profile, as its owner and as others see it."""

from dataclasses import dataclass

from django.urls import reverse

from accounts.files.words import scan_description, size_text
from accounts.members.videos import provider_of
from accounts.models import File, User, UserMedia
from peerloop.kit.predicates import Is


@dataclass(frozen=True, slots=True)
class MediaItem:
    """One item: its URL and description."""

    id: str
    kind: str
    title: str
    url: str
    note: str
    small: str = ""
    width: int = 0
    height: int = 0
    is_waiting: bool = False

    is_image = Is("kind", UserMedia.Kind.IMAGE)
    is_pdf = Is("kind", UserMedia.Kind.PDF)
    is_video = Is("kind", UserMedia.Kind.VIDEO_LINK)

    @property
    def choices(self) -> str:
        """``srcset`` of a picture."""
        return f"{self.small} {min(480, self.width)}w, {self.url} {self.width}w"


def media_of(member: User, *, is_own: bool) -> list[MediaItem]:
    """The items in their order: one query. Others don't see files that wait for their scan."""
    rows = UserMedia.objects.filter(user=member).select_related("file").order_by("position")
    return [_shown(member, row) for row in rows if row.file is None or _is_seen(row.file, is_own)]


def _is_seen(file: File, is_own: bool) -> bool:
    return file.is_live and (is_own or file.scan == File.Scan.CLEAN)


def _shown(member: User, row: UserMedia) -> MediaItem:
    key, file = str(row.pk), row.file
    if file is None:
        return MediaItem(key, row.kind, row.title, row.url, provider_of(row.url))
    note = f"{size_text(file.size)} · {scan_description(file)}"
    if not file.is_picture:
        path = reverse("profile-media", args=[member.handle, row.pk])
        is_waiting = file.scan == File.Scan.PENDING
        return MediaItem(key, row.kind, row.title, path, note, is_waiting=is_waiting)
    small, large = (
        reverse("profile-picture", args=[member.handle, row.pk, edge])
        for edge in (min(file.widths), max(file.widths))
    )
    width, height = file.width or 1, file.height or 1
    return MediaItem(key, row.kind, row.title, large, note, small, width, height)
