"""SVG rendered on the server: icons, the loop ring, course covers, the bar of a split."""

import hashlib
import math
import re
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from peerloop.kit.html import format_html
from peerloop.kit.pictures import drawn_seed

SPRITE = "icons/sprite.svg"
ICON_SIZES = {16, 20, 24}
STEPS = ("learn", "certify", "teach", "earn")
RING_SIZES = {28, 40, 160}
# The colours of static/css/tokens.css: a picture by itself can't read them.
COVER_STYLE = SafeString(
    ".ground{fill:#e3f1ea}.brand,.soft{stroke:#177153}.soft{opacity:.28}.accent{stroke:#f5b63b}"
    "@media (prefers-color-scheme:dark){.ground{fill:#1d3a2f}.brand,.soft{stroke:#5cc39a}"
    ".accent{stroke:#f0b54a}}"
)

# A ring of radius 50 and stroke 10 fills a square of 110: the stroke is 1/11 of the diameter.
RADIUS = 50.0
CENTRE = 55.0
# Round caps extend an arc by half a stroke; 14 degrees is the visible gap.
GAP = 14 + 2 * math.degrees(5 / RADIUS)


@lru_cache(maxsize=1)
def icon_names() -> tuple[str, ...]:
    """The names that ``icon`` accepts."""
    sprite = (settings.BASE_DIR / "static" / SPRITE).read_text()
    return tuple(re.findall(r'<symbol id="([^"]+)"', sprite))


@lru_cache(maxsize=512)
def icon(name: str, size: int = 20) -> SafeString:
    """A decorative icon of the sprite; the text beside it has the meaning.

    The page names the shape, which stands in one file that browsers keep: a feed draws two hundred.
    """
    if size not in ICON_SIZES:
        raise ValueError(f"icons are drawn at {sorted(ICON_SIZES)}, not {size}")
    if name not in icon_names():
        raise ValueError(f"{name!r} is not in static/{SPRITE}")
    return format_html(
        '<svg class="icon icon--{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        size,
        static(SPRITE),
        name,
    )


def ring_words(step: int) -> str:
    """The text alternative of the ring: which of the four steps is in progress."""
    if step <= 0:
        return "Not started"
    if step > len(STEPS):
        return "All 4 steps done"
    return f"Step {step} of 4: {STEPS[step - 1]}"


@lru_cache(maxsize=256)
def ring(step: int = 0, size: int = 40, *, text: bool = False, closed: int = 0) -> SafeString:
    """The loop ring; with ``text`` the step is shown beside it, else it is the text alternative.

    ``closed`` is an arc (1-4) that has just been completed: its drawing is animated once.
    """
    if size not in RING_SIZES:
        raise ValueError(f"the ring is drawn at {sorted(RING_SIZES)}, not {size}")
    arcs = format_html_join(
        "",
        '<path class="ring__arc ring__arc--{}{}" d="{}" pathLength="1"/>',
        (
            (
                "done" if number < step else "now" if number == step else "later",
                " ring__arc--closing" if number == closed else "",
                _quarter(number),
            )
            for number in range(1, 5)
        ),
    )
    if text:
        return format_html(
            '<span class="ring-line"><svg class="ring ring--{}" viewBox="0 0 110 110" '
            'aria-hidden="true">{}</svg><span>{}</span></span>',
            size,
            arcs,
            ring_words(step),
        )
    return format_html(
        '<svg class="ring ring--{}" viewBox="0 0 110 110" role="img" aria-label="{}">{}</svg>',
        size,
        ring_words(step),
        arcs,
    )


@lru_cache(maxsize=4)
def logo() -> SafeString:
    """The mark beside the product's name: the closed loop at 28 px."""
    arcs = format_html_join(
        "",
        '<path class="ring__arc ring__arc--{}" d="{}"/>',
        (("now" if number == 4 else "done", _quarter(number)) for number in range(1, 5)),
    )
    return format_html(
        '<svg class="ring ring--28" viewBox="0 0 110 110" aria-hidden="true">{}</svg>', arcs
    )


def _quarter(number: int) -> str:
    start = (number - 1) * 90 + GAP / 2
    return _arc(CENTRE, CENTRE, RADIUS, start, start + 90 - GAP)


def _arc(x: float, y: float, radius: float, start: float, end: float) -> str:
    """An SVG path along a circle, clockwise, degrees from 12 o'clock."""
    points = []
    for degrees in (start, end):
        angle = math.radians(degrees)
        points.append((x + radius * math.sin(angle), y - radius * math.cos(angle)))
    (x1, y1), (x2, y2) = points
    large = 1 if (end - start) % 360 > 180 else 0
    return f"M{x1:.1f} {y1:.1f}A{radius:g} {radius:g} 0 {large} 1 {x2:.1f} {y2:.1f}"


def cover(slug: str, picture: str = "", *, eager: bool = False) -> SafeString:
    """The 16:9 picture of a course: its own, or loop arcs placed by a hash of the slug."""
    seed = drawn_seed(picture)
    if seed:
        # Drawn into the page, so that it follows the page's colours.
        return _drawn_cover(seed)
    if picture:
        return format_html(
            '<img class="cover" src="{}" alt="" width="640" height="360" loading="{}">',
            picture,
            "eager" if eager else "lazy",
        )
    return _drawn_cover(slug)


@lru_cache(maxsize=2048)
def _drawn_cover(slug: str) -> SafeString:
    return format_html(
        '<svg class="cover" viewBox="0 0 320 180" preserveAspectRatio="xMidYMid slice" '
        'aria-hidden="true">{}</svg>',
        format_html_join(
            "", '<path class="cover__arc cover__arc--{}" stroke-width="{}" d="{}"/>', _arcs(slug)
        ),
    )


def cover_file(seed: str) -> str:
    """The drawn cover as an SVG of its own, for clients that show it outside of our pages."""
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180" width="640" height="360" '
        'fill="none" stroke-linecap="round"><style>{}</style>'
        '<rect width="320" height="180" class="ground"/>{}</svg>',
        COVER_STYLE,
        format_html_join("", '<path class="{}" stroke-width="{}" d="{}"/>', _arcs(seed)),
    )


def _arcs(seed: str) -> list[tuple[str, str, str]]:
    digest = hashlib.sha256(seed.encode("utf-8", "replace")).digest()
    return [*_loop(digest[:8], large=True), *_loop(digest[8:16], large=False)]


def _loop(seed: bytes, *, large: bool) -> list[tuple[str, str, str]]:
    """One loop of four arcs; one of them in the accent colour, the others in two brand colours."""
    radius = 78 + seed[0] % 34 if large else 26 + seed[0] % 20
    x = (190 + seed[1] % 90) if large else (38 + seed[1] % 70)
    y = 40 + seed[2] % 100
    turn = seed[3] * 360 / 256
    stroke = radius / 5.5 if large else radius / 4.5
    gap = 14 + 2 * math.degrees(stroke / 2 / radius)
    accent = seed[4] % 4
    found = []
    for number in range(4):
        start = turn + number * 90 + gap / 2
        tone = "accent" if number == accent and large else ("brand", "soft")[(number + seed[5]) % 2]
        found.append((tone, f"{stroke:.1f}", _arc(x, y, radius, start, start + 90 - gap)))
    return found


def split_drawing(parts: list[tuple[str, int]]) -> SafeString:
    """The decorative bar of a split; widths are proportional to the amounts beside it."""
    total = sum(cents for _, cents in parts) or 1
    rectangles: list[tuple[Any, ...]] = []
    left = 0
    for tone, cents in parts:
        right = left + cents
        x1, x2 = left * 1000 / total, right * 1000 / total
        rectangles.append((tone, f"{x1:.2f}", f"{x2 - x1:.2f}"))
        left = right
    return format_html(
        '<svg class="split__bar" viewBox="0 0 1000 12" preserveAspectRatio="none" '
        'aria-hidden="true">{}</svg>',
        format_html_join(
            "", '<rect class="split__part--{}" x="{}" width="{}" height="12"/>', rectangles
        ),
    )
