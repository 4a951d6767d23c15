"""What each purpose accepts, and how its pictures are cropped (rule RES-2)."""

from dataclasses import dataclass

from accounts.files.kinds import DOCUMENT, FILM, KINDS, PICTURE, SOUND, Kind
from accounts.models.files import LARGEST_FILE, Purpose

LARGEST_PICTURE = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Cut:
    """How pictures are re-encoded: cropped to ``ratio`` (width by height), else only made smaller.

    ``widths`` are the versions: widths of the crop, or the longest edge where nothing is cropped.
    """

    widths: tuple[int, ...]
    ratio: tuple[int, int] | None = None
    least: int = 1


@dataclass(frozen=True, slots=True)
class Rules:
    """What one purpose accepts."""

    families: frozenset[str]
    words: str
    cut: Cut
    kinds: frozenset[str] = frozenset()

    def takes(self, kind: Kind) -> bool:
        """Whether a file of that kind is accepted."""
        return kind.family in self.families or kind.name in self.kinds

    @property
    def most_bytes(self) -> int:
        """The largest accepted file of any kind, in bytes."""
        return LARGEST_PICTURE if self.families == {PICTURE} and not self.kinds else LARGEST_FILE

    @property
    def accept(self) -> str:
        """The value of an ``accept`` attribute; phones convert their pictures to a named type."""
        kinds = [kind for kind in KINDS.values() if self.takes(kind)]
        endings = [f".{extension}" for kind in kinds for extension in kind.extensions]
        return ",".join([kind.content_type for kind in kinds] + endings)


def most_bytes(kind: Kind) -> int:
    """The largest size of a file of that kind: pictures 5 MB, others 50 MB."""
    return LARGEST_PICTURE if kind.family == PICTURE else LARGEST_FILE


WHOLE = Cut((480, 1600))
EVERYTHING = Rules(
    frozenset({PICTURE, DOCUMENT, SOUND, FILM}),
    "documents (PDF, text, Word, slides, Excel), pictures, sound and film",
    WHOLE,
)
RULES = {
    Purpose.AVATAR: Rules(
        frozenset({PICTURE}),
        "JPEG, PNG, WebP and GIF pictures",
        Cut((64, 128, 256, 512), ratio=(1, 1), least=64),
    ),
    Purpose.PROFILE_MEDIA: Rules(
        frozenset({PICTURE}), "pictures and PDF", WHOLE, kinds=frozenset({"pdf"})
    ),
    Purpose.COURSE_IMAGE: Rules(
        frozenset({PICTURE}),
        "JPEG, PNG, WebP and GIF pictures",
        Cut((320, 640, 1280), ratio=(16, 9), least=320),
    ),
    Purpose.RESOURCE: EVERYTHING,
    Purpose.SESSION_MATERIAL: EVERYTHING,
    Purpose.HOMEWORK: EVERYTHING,
    Purpose.MESSAGE: Rules(frozenset({PICTURE, DOCUMENT}), "documents and pictures", WHOLE),
    Purpose.RECORDING: Rules(frozenset({SOUND, FILM}), "sound and film", WHOLE),
}
