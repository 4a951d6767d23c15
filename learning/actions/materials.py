"""What materials of courses and of sessions have in common: their content, opening, playing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max, QuerySet

from accounts.files.actions.storing import remove_file, store_file
from accounts.files.kinds import DOCUMENT, FILM, KINDS, SOUND
from accounts.files.names import extension_of
from accounts.members.videos import video_link
from accounts.members.websites import is_public_address
from accounts.models import File, User
from learning.models import Material, PlaybackPosition
from learning.models.homework import LONGEST_ADDRESS
from learning.models.resource import LONGEST_DESCRIPTION, LONGEST_NAME, MaterialType
from peerloop.kit.refusals import Invalid
from peerloop.kit.text import clean, one_line

FAMILIES = {kind.content_type: kind.family for kind in KINDS.values()}
TYPES = {
    DOCUMENT: MaterialType.DOCUMENT,
    SOUND: MaterialType.AUDIO,
    FILM: MaterialType.RECORDING,
}
MOST_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Content:
    """A checked material: its words, and its file or its link."""

    name: str
    description: str
    type: str
    link: str
    file: File | None

    def added_to(self, rows: "QuerySet[Any]", at: datetime, **owner: Any) -> Any:
        """The row of it, after the last of ``rows``, all that ``owner`` has."""
        last = rows.aggregate(last=Max("position"))["last"] or 0
        return rows.model._default_manager.create(
            type=self.type,
            name=self.name,
            description=self.description,
            link=self.link,
            file=self.file,
            position=last + 1,
            created_at=at,
            updated_at=at,
            **owner,
        )

    def discard(self, at: datetime) -> None:
        """Remove the file again, after a refusal."""
        if self.file is not None:
            remove_file(file=self.file, at=at)


def stored_content(
    *,
    owner: User,
    purpose: str,
    name: str,
    description: str,
    link: str,
    upload: Any,
    at: datetime,
) -> Content:
    """Check the words, then store the file or check the link; one of the two, not both.

    Without a name the file's own is taken. Raises Invalid naming ``name``, ``description``,
    ``link`` or ``file``, QuotaReached, OutsideDown. Call it outside a transaction.
    """
    title, words, address = checked_name(name), checked_description(description), link.strip()
    if bool(address) == bool(upload):
        raise Invalid.field("file", "Give a file or a link: one of them, not both.")
    if address:
        _check_address(address)
        kind = MaterialType.VIDEO_LINK if video_link(address) else MaterialType.OTHER
        return Content(title or address[:LONGEST_NAME], words, kind, address, None)
    file = store_file(owner=owner, purpose=File.Purpose(purpose), upload=upload, at=at)
    own_name = one_line(file.name.removesuffix(f".{extension_of(file.name)}"))[:LONGEST_NAME]
    return Content(title or own_name or "File", words, type_of(file), "", file)


def type_of(file: File) -> str:
    """The type of a material, by the content of its file."""
    if file.is_picture:
        return MaterialType.IMAGE
    return TYPES.get(FAMILIES.get(file.content_type, ""), MaterialType.OTHER)


def checked_name(name: str) -> str:
    """The name as one line; raises Invalid."""
    title = one_line(name)
    if len(title) > LONGEST_NAME:
        raise Invalid.field("name", f"Use at most {LONGEST_NAME} characters.")
    return title


def checked_description(description: str) -> str:
    """The description; raises Invalid."""
    words = clean(description)
    if len(words) > LONGEST_DESCRIPTION:
        raise Invalid.field("description", f"Use at most {LONGEST_DESCRIPTION:,} characters.")
    return words


def count_opening(material: Material) -> None:
    """Count that somebody opened it. Each call counts one."""
    rows = type(material)._default_manager.filter(pk=material.pk)
    rows.update(download_count=F("download_count") + 1)


@transaction.atomic
def keep_position(*, user: User, file: File, seconds: int, at: datetime) -> None:
    """Keep where the member stopped; the last call wins. Ask first whether they may play it.

    Raises Invalid naming ``seconds``.
    """
    if not 0 <= seconds <= MOST_SECONDS:
        raise Invalid.field("seconds", f"Give 0 to {MOST_SECONDS}.")
    PlaybackPosition.objects.bulk_create(
        [PlaybackPosition(user=user, file=file, seconds=seconds, created_at=at, updated_at=at)],
        update_conflicts=True,
        unique_fields=["user", "file"],
        update_fields=["seconds", "updated_at"],
    )


def _check_address(address: str) -> None:
    if len(address) > LONGEST_ADDRESS:
        raise Invalid.field("link", f"Use at most {LONGEST_ADDRESS} characters.")
    if not address.isprintable() or not is_public_address(address):
        raise Invalid.field(
            "link", "Give a public web address that everybody can open, like https://example.com/a."
        )
