"""Portraits of the demo's members, the same in every telling."""

import io
from functools import partial
from random import Random

from PIL import Image

from accounts.demo.faces import face
from accounts.demo.people import people
from accounts.files.actions.storing import picture_row, store_versions
from accounts.files.pictures import Made
from accounts.files.public import avatar_address
from accounts.members.files import AVATAR
from accounts.models import File, User
from peerloop.kit.demo import World

WIDTHS = AVATAR.cut.widths
SIDE = max(WIDTHS)
# Who has no picture yet, so that initials are seen too.
PLAIN = frozenset({"admin", "newcomer", "hugo", "wanjiru", "tane", "jana"})


def draw_members(world: World, members: dict[str, User]) -> list[tuple[File, Made]]:
    """Give most members a portrait; to be called before the members are saved."""
    drawings = []
    looks = {person.key: person.look for person in people()}
    for key, user in members.items():
        if key in PLAIN:
            continue
        made = drawn(world.dice(f"face of {user.handle}"), looks[key])
        file = picture_row(user, File.Purpose.AVATAR, "picture.webp", made, user.created_at)
        file.stored_at = user.created_at
        user.avatar_url = avatar_address(file)
        drawings.append((file, made))
    return drawings


def save(world: World, drawings: list[tuple[File, Made]]) -> None:
    """Save the rows of the pictures with one statement, and the pictures when the rows stand."""
    File.objects.bulk_create(file for file, _ in drawings)
    for file, made in drawings:
        world.when_written(partial(store_versions, file, made))


def drawn(dice: Random, look: str) -> Made:
    """A face in all widths of an avatar."""
    image = face(dice, look)
    return Made(SIDE, SIDE, {width: _webp(image, width) for width in WIDTHS})


def _webp(image: Image.Image, width: int) -> bytes:
    out = io.BytesIO()
    image.resize((width, width), Image.Resampling.BOX).save(out, "WEBP", quality=70, method=0)
    return out.getvalue()
