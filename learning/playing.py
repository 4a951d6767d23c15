"""The page that plays a film or a sound, and the word by which it keeps where one stopped."""

from dataclasses import dataclass
from typing import Any

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
        "source": f"{player.source}#t={seconds}" if seconds else player.source,
        "back": player.back,
        "seconds": seconds,
        "keep": reverse("playback", args=[_word(member, file)]),
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


def _word(member: User, file: File) -> str:
    return TimestampSigner(salt=SALT).sign(f"{file.pk}~{member.pk}")
