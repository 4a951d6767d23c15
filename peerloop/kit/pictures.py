"""Addresses of public pictures: `/pictures/<key>/<width>.webp`, and covers that we draw."""

import re

from django.conf import settings

from peerloop.kit.paths import DRAWN_COVERS

PICTURE_PATH = r"/pictures/([0-9a-f]{40,64})/([1-9][0-9]{1,3})\.webp"
DRAWN_PATH = DRAWN_COVERS + r"([0-9a-f]{8})\.svg"
WIDTHS = (64, 128, 256, 512)
DENSITIES = (1, 2, 3)


def picture_url(key: str, width: int) -> str:
    """The address of a picture in one width."""
    return f"/pictures/{key}/{width}.webp"


def drawn_cover_url(seed: str) -> str:
    """The address of a cover that is drawn from a seed of eight hexadecimal digits."""
    return f"{DRAWN_COVERS}{seed}.svg"


def drawn_seed(url: str) -> str:
    """The seed of a drawn cover's address; empty for any other address."""
    found = re.fullmatch(DRAWN_PATH, url)
    return found[1] if found else ""


def avatar_sources(url: str, size: int) -> tuple[str, str]:
    """``src`` and ``srcset`` of an avatar drawn at so many pixels; srcset "" for other pictures."""
    found = re.fullmatch(PICTURE_PATH, url)
    if found is None:
        return url, ""
    sources: dict[int, int] = {}
    for density in DENSITIES:
        width = next((width for width in WIDTHS if width >= size * density), WIDTHS[-1])
        sources.setdefault(width, density)
    choices = [f"{picture_url(found[1], width)} {times}x" for width, times in sources.items()]
    return picture_url(found[1], next(iter(sources))), ", ".join(choices)


def public_url(stored: str | None) -> str | None:
    """The whole URL of a picture of ours, for clients of the API; None for none and for others'.

    Another host would learn who looks at whom.
    """
    if not stored:
        return None
    if is_own(stored):
        return settings.BASE_URL + stored
    return stored if stored.startswith(f"{settings.BASE_URL}/") else None


def is_own(url: str) -> bool:
    """Whether it lies here: pages load nothing from other hosts (security HDR-6)."""
    return url.startswith("/") and not url.startswith(("//", "/\\"))
