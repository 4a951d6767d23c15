"""The page that plays a film or a sound, and the word by which it keeps where one stopped."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.models import File, User
from learning.models import Material
from learning.queries.resources import position_of
from peerloop.kit.api import identifier
from peerloop.kit.refusals import Missing

SALT = "learning.playing"
LONGEST = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Player:
    """What the page needs of a material: ``source`` is where its bytes are, checked each time."""

    material: Material
    source: str
    back: str


def render_player(request: HttpRequest, player: Player, *, member: User) -> HttpResponse:
    """The page, at the place where this member stopped."""
    file = player.material.file
    assert file is not None, "only files are played"
    seconds = position_of(member, file)
    context: dict[str, Any] = {
        "material": player.material,
        "source": at_second(player.source, seconds),
        "back": player.back,
        "seconds": seconds,
        "keep": keeping(member.pk, file.pk),
    }
    return render(request, "learning/player.html", context)


def played_file(member: User, word: str) -> File:
    """The file that a page given to this member plays; raises Missing for any other word."""
    signer = TimestampSigner(salt=SALT)
    try:
        key, owner = signer.unsign(word, max_age=LONGEST).split("~")
    except (BadSignature, ValueError):
        raise Missing from None
    file = File.objects.filter(pk=identifier(key), deleted_at=None).first()
    if owner != str(member.pk) or file is None:
        raise Missing
    return file


def keeping(member_id: UUID, file_id: UUID) -> str:
    """Where the page that plays a file for a member sends the place at which they are.

    Ask first whether they may play it.
    """
    word = TimestampSigner(salt=SALT).sign(f"{file_id}~{member_id}")
    return reverse("playback", args=[word])


def at_second(source: str, seconds: int) -> str:
    """The address of a film or a sound, from that second on."""
    return f"{source}#t={seconds}" if seconds else source
