"""Re-encodes pictures by ``picture_worker``, a process without rights; only that is stored."""

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accounts.files.checking import refused
from accounts.files.kinds import Kind
from accounts.files.purposes import Cut
from peerloop.kit.refusals import Invalid, OutsideDown

WORKER = Path(__file__).with_name("picture_worker.py")
MOST_PIXELS = 40_000_000
SECONDS = 15
QUALITY, METHOD = 82, 4
# Each worker may take a gigabyte for a moment: a few at a time in one web process, the rest wait.
AT_ONCE = threading.BoundedSemaphore(2)
PATIENCE = 20
# Where the crop is taken, in parts of width and height.
FOCUS = {
    "middle": (0.5, 0.5),
    "top": (0.5, 0.0),
    "bottom": (0.5, 1.0),
    "left": (0.0, 0.5),
    "right": (1.0, 0.5),
}
WORDS = {
    "pixels": "A picture may have 40 megapixels at most. Make it smaller first.",
    "damaged": "This picture is damaged: it can't be read to its end.",
    "slow": "This picture takes too long to read. Save it anew, or choose another.",
}


@dataclass(frozen=True, slots=True)
class Made:
    """A re-encoded picture: the size of the largest version, and all versions by width."""

    width: int
    height: int
    versions: dict[int, bytes]

    @property
    def size(self) -> int:
        """Bytes of all versions."""
        return sum(len(content) for content in self.versions.values())


def reencoded(data: bytes, *, kind: Kind, cut: Cut, focus: str = "middle") -> Made:
    """The picture upright, cropped and in all widths of the cut.

    Raises Invalid naming the field ``file``, or OutsideDown while too many wait.
    """
    if focus not in FOCUS:
        raise Invalid.field("focus", "Choose which part to keep from the list.")
    order = {
        "format": kind.name.upper(),
        "pixels": MOST_PIXELS,
        "least": cut.least,
        "widths": cut.widths,
        "ratio": cut.ratio,
        "focus": FOCUS[focus],
        "quality": QUALITY,
        "method": METHOD,
    }
    if not AT_ONCE.acquire(timeout=PATIENCE):
        raise OutsideDown("Many pictures are being prepared right now. Try again in a minute.")
    try:
        facts, content = _run(data, order)
    finally:
        AT_ONCE.release()
    if "refused" in facts:
        small = f"A picture needs {cut.least} pixels on each side at least."
        raise refused(WORDS.get(facts["refused"], small), "picture_refused")
    return _made(facts, content, cut)


def _run(data: bytes, order: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    # -I: neither environment nor current directory is used.
    command = [sys.executable, "-I", str(WORKER), json.dumps(order)]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=SECONDS, check=False, env={}
        )
    except subprocess.TimeoutExpired:
        return {"refused": "slow"}, b""
    if done.returncode:
        # Ended by its own limits, or by a decoder that crashed.
        return {"refused": "slow" if done.returncode < 0 else "damaged"}, b""
    first, _, content = done.stdout.partition(b"\n")
    return json.loads(first), content


def _made(facts: dict[str, Any], content: bytes, cut: Cut) -> Made:
    found, place = {}, 0
    for width, length in zip(cut.widths, facts["bytes"], strict=True):
        found[width] = content[place : place + length]
        place += length
    return Made(facts["width"], facts["height"], found)
