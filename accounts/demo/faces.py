"""Portraits of the demo's members, drawn by code in one flat style; none shows a real person."""

from collections.abc import Sequence
from random import Random

from PIL import Image, ImageDraw

DARK, LIGHT = ("#241a17", "#3f2a20", "#241a17"), ("#6b452b", "#9a6a3a", "#d0a45e", "#a3492c")
GREY = ("#a9a49d", "#e4e0d8")
# Shades of skin, and the hair that goes with them.
SKINS = {
    "light": (("#f6d7c3", "#f2cdb2", "#edbf9f"), (*DARK, *LIGHT, *GREY)),
    "fair": (("#f2cfae", "#eac49d"), DARK),
    "warm": (("#d99f77", "#cb8f66", "#bd7f56"), (*DARK, "#6b452b", GREY[0])),
    "deep": (("#96603d", "#7d4f31", "#6e4429"), (*DARK, *DARK, GREY[0])),
}
GROUNDS = ("#d8e6df", "#e8ddf0", "#dbe7f3", "#f5e1d3", "#e9ecd6", "#f3dfe6", "#f4e6bf")
CLOTHES = ("#2f6f5e", "#6a4c93", "#2b5c8a", "#b5533c", "#65743a", "#a2426e", "#3d5a6c", "#c98a2b")
INK = "#2a211d"
STYLES = {
    "short": ("short", "crop", "side", "curls", "short", "bald"),
    "long": ("bob", "long", "bun", "curls", "waves", "bob", "scarf"),
}
# Drawn on a square of a hundred units; so many pixels are a unit.
UNIT = 5


class Pen:
    """Draws in units of a hundredth of the picture."""

    def __init__(self, ground: str) -> None:
        self.image = Image.new("RGB", (100 * UNIT, 100 * UNIT), ground)
        self._pen = ImageDraw.Draw(self.image)

    def oval(self, x: float, y: float, across: float, down: float, fill: str) -> None:
        """An ellipse around a middle, by its two radii."""
        box = (x - across, y - down, x + across, y + down)
        self._pen.ellipse([UNIT * value for value in box], fill=fill)

    def block(self, box: Sequence[float], fill: str, *, round_by: float = 0) -> None:
        """A rectangle, its corners rounded."""
        self._pen.rounded_rectangle([UNIT * value for value in box], UNIT * round_by, fill=fill)

    def slice(self, box: Sequence[float], start: int, end: int, fill: str) -> None:
        """A part of an ellipse, cut straight."""
        self._pen.chord([UNIT * value for value in box], start, end, fill=fill)

    def line(self, box: Sequence[float], start: int, end: int, fill: str, width: float) -> None:
        """A part of an outline."""
        thick = round(UNIT * width)
        self._pen.arc([UNIT * value for value in box], start, end, fill=fill, width=thick)


def face(dice: Random, look: str) -> Image.Image:
    """Somebody, other for other dice and the same for the same; ``look`` as a person has it."""
    length, shade = look.split()
    skins, hairs = SKINS[shade]
    skin, hair = dice.choice(skins), dice.choice(hairs)
    cloth, style = dice.choice(CLOTHES), dice.choice(STYLES[length])
    has_beard = length == "short" and style != "curls" and dice.random() < 0.45
    pen = Pen(dice.choice(GROUNDS))
    _behind(pen, style, hair, cloth)
    _body(pen, dice, skin, cloth)
    pen.oval(32, 50, 4, 5.5, skin)
    pen.oval(68, 50, 4, 5.5, skin)
    pen.oval(50, 47, 18.5, 22, skin)
    if has_beard:
        pen.slice((31.5, 27, 68.5, 71), 8, 172, hair)
        pen.oval(50, 53, 12, 6, skin)
    _features(pen, dice, skin, INK if style == "scarf" else hair)
    _before(pen, style, hair, cloth)
    if dice.random() < 0.35:
        _glasses(pen, dice)
    return pen.image


def _behind(pen: Pen, style: str, hair: str, cloth: str) -> None:
    """What of the hair, or of a scarf, hangs behind the head."""
    if style == "long":
        pen.block((27, 34, 73, 84), hair, round_by=14)
    elif style == "bob":
        pen.block((27, 30, 73, 66), hair, round_by=15)
    elif style == "waves":
        for x, y in ((29, 44), (28, 56), (31, 67), (71, 44), (72, 56), (69, 67)):
            pen.oval(x, y, 8, 8, hair)
    elif style == "bun":
        pen.oval(50, 17, 10, 9, hair)
    elif style == "curls":
        for x, y in ((30, 38), (33, 28), (42, 21), (52, 19), (62, 23), (69, 31), (70, 41)):
            pen.oval(x, y, 9, 9, hair)
    elif style == "scarf":
        pen.block((25, 22, 75, 88), cloth, round_by=24)


def _before(pen: Pen, style: str, hair: str, cloth: str) -> None:
    """What lies over the forehead."""
    if style == "bald":
        return
    if style == "scarf":
        pen.slice((29, 19, 71, 55), 180, 360, cloth)
        pen.line((28, 22, 72, 76), 0, 360, cloth, 5)
        return
    top = {"crop": 40, "short": 44, "curls": 42}.get(style, 48)
    pen.slice((30.5, 22, 69.5, top + 16), 182, 358, hair)
    if style == "side":
        pen.slice((29, 22, 62, 54), 150, 330, hair)
    elif style in ("bob", "long", "waves"):
        pen.slice((29, 22, 56, 62), 140, 300, hair)
        pen.slice((48, 22, 71, 58), 230, 40, hair)


def _body(pen: Pen, dice: Random, skin: str, cloth: str) -> None:
    pen.block((17, 76, 83, 120), cloth, round_by=22)
    pen.block((43, 60, 57, 80), _darker(skin), round_by=6)
    pen.oval(50, 78, 10, 6, skin)
    if dice.random() < 0.4:
        light = dice.choice(GROUNDS)
        pen.block((17, 88, 83, 91), light)
        pen.block((17, 95, 83, 98), light)


def _features(pen: Pen, dice: Random, skin: str, brow: str) -> None:
    """Eyes, brows, nose, cheeks and a smile."""
    apart = 7 + 1.5 * dice.random()
    for side in (-1, 1):
        x = 50 + side * apart
        pen.oval(x, 49, 1.7, 2.2, INK)
        pen.line((x - 4, 42, x + 4, 49), 205, 335, brow if brow != skin else INK, 1.2)
        pen.oval(50 + side * 12.5, 56, 3.2, 2, _rosy(skin))
    pen.line((48, 50, 52, 57), 20, 160, _darker(skin), 1.2)
    wide = 4.5 + 2.5 * dice.random()
    if dice.random() < 0.4:
        pen.slice((50 - wide, 54, 50 + wide, 64), 10, 170, "#fffaf5")
    pen.line((50 - wide, 53, 50 + wide, 64), 15, 165, _darker(_darker(skin)), 1.4)


def _glasses(pen: Pen, dice: Random) -> None:
    frame = dice.choice((INK, "#7a4a2b", "#365a6b"))
    for x in (41.5, 58.5):
        pen.line((x - 6.5, 43, x + 6.5, 56), 0, 360, frame, 1.3)
    pen.line((46, 46, 54, 52), 200, 340, frame, 1.3)


def _mixed(colour: str, other: str, share: float) -> str:
    pairs = ((int(colour[n : n + 2], 16), int(other[n : n + 2], 16)) for n in (1, 3, 5))
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)


def _darker(colour: str) -> str:
    return _mixed(colour, "#3a1f12", 0.22)


def _rosy(skin: str) -> str:
    return _mixed(skin, "#d0574c", 0.28)
