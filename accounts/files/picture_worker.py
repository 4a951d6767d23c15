"""A separate program that re-encodes one picture, with few rights and little memory (FIL-2).

It knows Pillow and nothing of PeerLoop: hostile bytes are decoded where there is no secret, no
database, and no more than so much memory and time. Input: the picture on stdin, the order as JSON
in the first argument. Output: one line of JSON, then the versions one after the other.
"""

import io
import json
import resource
import sys
import warnings
from typing import Any

MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 12
ORIENTATION = 0x0112
LONGEST_EDGE = 30_000


class Refused(Exception):
    """The picture is refused, with a reason."""


def confine() -> None:
    """Drop rights and limits that decoding does not need."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def opened(data: bytes, order: dict[str, Any]) -> Any:
    """The first frame, not yet decoded; raises Refused for what is too large or too small."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = order["pixels"]
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        picture = Image.open(io.BytesIO(data), formats=[order["format"]])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("pixels") from None
    width, height = picture.size
    if width * height > order["pixels"] or max(width, height) > LONGEST_EDGE:
        raise Refused("pixels")
    if min(width, height) < order["least"]:
        raise Refused("small")
    return picture


def _with_alpha(picture: Any, *, is_deep: bool) -> Any:
    """With the colour that stands for "transparent" (tRNS) made so: W3C PNG 11.3.1.1.

    Of 16 bits a colour eight are kept, of the pixels and of that colour.
    """
    from PIL import ImageMath

    hidden = picture.info.get("transparency")
    if picture.mode.startswith("I;16") or picture.mode == "I":
        wide = picture.convert("I")
        picture = wide.point(lambda value: value * (1 / 256)).convert("L")
        if isinstance(hidden, int):
            shown = ImageMath.lambda_eval(
                lambda given: given["convert"]((given["wide"] != hidden) * 255, "L"), wide=wide
            )
            picture.putalpha(shown)
        return picture
    if hidden is None:
        return picture
    if is_deep and isinstance(hidden, tuple):
        picture.info["transparency"] = tuple(value >> 8 for value in hidden)
    return picture.convert("RGBA")


def decoded(picture: Any, order: dict[str, Any], *, is_deep: bool = False) -> Any:
    """The pixels, upright, in RGB or RGBA of the screen's colours, and no larger than needed."""
    from PIL import Image, ImageOps

    profile = picture.info.get("icc_profile")
    turned = _orientation(picture)
    needed = max(order["widths"]) * 2
    if picture.mode in ("RGB", "L"):
        picture.draft(picture.mode, (needed, needed))
    picture.load()
    picture = _with_alpha(picture, is_deep=is_deep)
    if picture.mode not in ("RGB", "RGBA", "CMYK", "LAB", "L"):
        picture = picture.convert("RGBA" if "A" in picture.getbands() else "RGB")
    if max(picture.size) > needed:
        picture.thumbnail((needed, needed), Image.Resampling.BICUBIC)
    picture = _in_screen_colours(picture, profile)
    if turned is not None:
        picture = picture.transpose(turned)
    if order["ratio"]:
        wide, high = order["ratio"]
        width = max(order["widths"])
        size = (width, width * high // wide)
        picture = ImageOps.fit(
            picture, size, Image.Resampling.LANCZOS, centering=tuple(order["focus"])
        )
    return picture


def _orientation(picture: Any) -> Any:
    """How to rotate it; the camera's metadata may be missing or invalid."""
    from PIL import Image

    ways = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    try:
        return ways.get(picture.getexif().get(ORIENTATION))
    except Exception:  # noqa: BLE001 - the note is the sender's: wrong or not, the picture stays
        return None


def _in_screen_colours(picture: Any, profile: bytes | None) -> Any:
    from PIL import ImageCms

    wanted = "RGBA" if picture.mode == "RGBA" else "RGB"
    if profile and picture.mode in ("RGB", "RGBA", "CMYK", "LAB"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            screen = ImageCms.createProfile("sRGB")
            found = ImageCms.profileToProfile(picture, source, screen, outputMode=wanted)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            found = None
        if found is not None:
            return found
    return picture if picture.mode == wanted else picture.convert(wanted)


def versions(picture: Any, order: dict[str, Any]) -> list[bytes]:
    """The picture as WebP in each width, without metadata."""
    from PIL import Image

    found = []
    for edge in order["widths"]:
        scale = edge / (picture.width if order["ratio"] else max(picture.size))
        if not order["ratio"]:
            scale = min(scale, 1)
        size = tuple(max(1, round(side * scale)) for side in picture.size)
        smaller = picture.resize(size, Image.Resampling.LANCZOS)
        # A new picture holds pixels and nothing else.
        bare = Image.new(smaller.mode, smaller.size)
        bare.paste(smaller)
        out = io.BytesIO()
        bare.save(out, "WEBP", quality=order["quality"], method=order["method"])
        found.append(out.getvalue())
    order["size"] = size
    return found


def answer(data: bytes, order: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """What is written: the facts, and the versions."""
    from PIL import Image

    try:
        # The header of a PNG names the bits of a colour in its 25th byte.
        is_deep = order["format"] == "PNG" and data[24:25] == b"\x10"
        made = versions(decoded(opened(data, order), order, is_deep=is_deep), order)
    except Refused as why:
        return {"refused": str(why)}, []
    except (MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return {"refused": "pixels"}, []
    except Exception as error:  # noqa: BLE001 - a decoder may fail in any way: all of them mean "damaged"
        return {"refused": "damaged", "why": type(error).__name__}, []
    width, height = order["size"]
    return {"width": width, "height": height, "bytes": [len(one) for one in made]}, made


def main() -> None:
    """Read, re-encode, write."""
    confine()
    facts, made = answer(sys.stdin.buffer.read(), json.loads(sys.argv[1]))
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n")
    for one in made:
        sys.stdout.buffer.write(one)


if __name__ == "__main__":
    main()
