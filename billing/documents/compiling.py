"""Compile a Typst template of the billing app with words as values (``sys_inputs``), no markup."""

from datetime import datetime
from pathlib import Path

import typst

from learning.documents.faces import fonts, other_faces
from learning.documents.letters import printable

FOLDER = Path(__file__).resolve().parent


def compiled(template: str, values: dict[str, str], *, at: datetime) -> bytes:
    """The PDF. The same template, values and instant give the same bytes."""
    return typst.compile(
        FOLDER / template,
        root=FOLDER,
        font_paths=fonts(),
        sys_inputs={**values, "faces": "|".join(other_faces())},
        timestamp=at.replace(microsecond=0),
    )


def drawn(lines: str) -> str:
    """Lines as the fonts can draw them."""
    return "\n".join(filter(None, map(printable, lines.split("\n"))))
