"""What each purpose accepts, and how its pictures are cropped (rule RES-2)."""

from collections.abc import Iterable
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
    """What one purpose accepts, and who may read it.

    ``families`` and single ``kinds`` are accepted, ``words`` names them to people. ``is_public``:
    everybody may read it at an address that lasts. ``is_part_of_course``: it stays with the course
    when its owner's account is erased (CAT-9). ``is_made_by_us``: our own servers made it, so it
    takes nothing of its owner's quota and is no part of their export. ``largest``: bytes of the
    largest file that is no picture.
    """

    purpose: Purpose
    families: frozenset[str]
    words: str
    cut: Cut = Cut((480, 1600))
    kinds: frozenset[str] = frozenset()
    is_public: bool = False
    is_part_of_course: bool = False
    is_made_by_us: bool = False
    largest: int = LARGEST_FILE

    def takes(self, kind: Kind) -> bool:
        """Whether a file of that kind is accepted."""
        return kind.family in self.families or kind.name in self.kinds

    @property
    def most_bytes(self) -> int:
        """The largest accepted file of any kind, in bytes."""
        return LARGEST_PICTURE if self.families == {PICTURE} and not self.kinds else self.largest

    def most_bytes_of(self, kind: Kind) -> int:
        """The largest accepted file of that kind, in bytes: a picture has 5 MB at most."""
        return LARGEST_PICTURE if kind.family == PICTURE else self.largest

    @property
    def accept(self) -> str:
        """The value of an ``accept`` attribute; phones convert their pictures to a named type."""
        kinds = [kind for kind in KINDS.values() if self.takes(kind)]
        endings = [f".{extension}" for kind in kinds for extension in kind.extensions]
        return ",".join([kind.content_type for kind in kinds] + endings)


PICTURES = frozenset({PICTURE})
PICTURES_IN_WORDS = "JPEG, PNG, WebP and GIF pictures"
EVERYTHING = frozenset({PICTURE, DOCUMENT, SOUND, FILM})
EVERYTHING_IN_WORDS = "documents (PDF, text, Word, slides, Excel), pictures, sound and film"

_rules: dict[str, Rules] = {}


def declare(rules: Iterable[Rules]) -> None:
    """Add the rules of purposes. Declaring one twice keeps the last."""
    _rules.update({one.purpose: one for one in rules})


def declared() -> list[Rules]:
    """The rules of every purpose."""
    return list(_rules.values())


def made_by_us() -> list[Purpose]:
    """The purposes whose files our own servers make."""
    return [rules.purpose for rules in declared() if rules.is_made_by_us]


def rules_of(purpose: str) -> Rules:
    """What a purpose takes; LookupError if no app declared it."""
    return _rules[purpose]
