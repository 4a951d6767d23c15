"""Pictures of the demo's members: drawn here, the same in every telling, of nobody."""

import io
import math
from functools import partial
from random import Random

from PIL import Image, ImageDraw

from accounts.files.actions.storing import picture_row, store_versions
from accounts.files.pictures import Made
from accounts.files.public import avatar_address
from accounts.members.files import AVATAR
from accounts.models import File, User
from peerloop.kit.demo import World

WIDTHS = AVATAR.cut.widths
SIDE = max(WIDTHS)
# Ground, band and dot of each drawing: calm pairs that stand apart on light and dark pages.
COLOURS = (
    ("#d8e6df", "#2f6f5e", "#e3a857"),
    ("#e8ddf0", "#6a4c93", "#f2b5a7"),
    ("#dbe7f3", "#2b5c8a", "#f0c987"),
    ("#f5e1d3", "#b5533c", "#3d5a6c"),
    ("#e9ecd6", "#65743a", "#c56b4a"),
    ("#f3dfe6", "#a2426e", "#f0c987"),
)


def draw_members(world: World, members: dict[str, User]) -> list[tuple[File, Made]]:
    """Give every second member a picture; to be called before the members are saved."""
    drawings = []
    for number, (key, user) in enumerate(members.items()):
        if number % 2:
            continue
        made = drawn(world.dice(f"picture of {key}"))
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


def drawn(dice: Random) -> Made:
    """Loops on a quiet ground, in all widths of an avatar."""
    ground, band, dot = COLOURS[dice.randrange(len(COLOURS))]
    image = Image.new("RGB", (SIDE, SIDE), ground)
    pen = ImageDraw.Draw(image)
    middle = SIDE * (0.42 + 0.16 * dice.random()), SIDE * (0.42 + 0.16 * dice.random())
    turn = dice.randrange(360)
    for ring, span in enumerate((300, 220, 120), start=1):
        reach = SIDE * 0.14 * ring
        box = (middle[0] - reach, middle[1] - reach, middle[0] + reach, middle[1] + reach)
        pen.arc(box, turn, turn + span, fill=band, width=SIDE // 16)
        turn += 70 + dice.randrange(90)
    angle, reach = math.radians(dice.randrange(360)), SIDE * 0.34
    spot = middle[0] + reach * math.cos(angle), middle[1] + reach * math.sin(angle)
    pen.circle(spot, SIDE * 0.09, fill=dot)
    return Made(SIDE, SIDE, {width: _webp(image, width) for width in WIDTHS})


def _webp(image: Image.Image, width: int) -> bytes:
    out = io.BytesIO()
    image.resize((width, width), Image.Resampling.BOX).save(out, "WEBP", quality=70, method=0)
    return out.getvalue()
