"""The name of an upload, for display only: it is never used as a path."""

from peerloop.kit.text import one_line

LONGEST_NAME = 150
# Signs that some system reads as part of a path, a pattern or a command.
ODD = str.maketrans(dict.fromkeys('<>:"|?*\\/', "_"))
# Signs that turn the reading direction and that ``one_line`` leaves in place.
MARKS = str.maketrans({"\u200e": "", "\u200f": "", "\u061c": ""})
PORTS = {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}
RESERVED = {"con", "prn", "aux", "nul"} | PORTS


def clean_name(raw: str) -> str:
    """The last part of the path that was sent, valid on every system, at most 150 characters."""
    last = raw.replace("\\", "/").rstrip("/").rpartition("/")[2]
    name = one_line(last.translate(MARKS)).translate(ODD).strip(". ")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    if stem.partition(".")[0].strip().lower() in RESERVED:
        stem = f"_{stem}"
    ending = f".{extension[:20]}" if extension else ""
    return f"{stem[: LONGEST_NAME - len(ending)].rstrip() or 'file'}{ending}"


def extension_of(name: str) -> str:
    """The extension in lower case; "" without one."""
    return name.rpartition(".")[2].lower() if "." in name else ""
