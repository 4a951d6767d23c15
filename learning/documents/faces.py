"""The faces that documents are set in: those of the product, and others for names in any script."""

from functools import lru_cache

import typst

from learning.documents.letters import FACES, RARE_HAN

OWN = ("Certificate Text", "Certificate Display")


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """All faces, read once by each process; none of the machine's own."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[FACES, *([RARE_HAN] if RARE_HAN.exists() else [])],
    )


def other_faces() -> list[str]:
    """The faces after those of the product: Noto Sans first, Han last."""
    found = [face for face in fonts().families() if not face.startswith(OWN)]
    return sorted(found, key=lambda face: (not face.startswith("Noto"), face))
