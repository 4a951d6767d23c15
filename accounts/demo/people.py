"""The people of the demo, read from ``people.json``, and the accounts that are printed."""

from dataclasses import dataclass
from typing import Any

from peerloop.kit.demo import read

DOMAIN = "demo.peerloop.test"
MEMBERS_DOMAIN = "members.peerloop.test"
PASSWORD = "peerloop-demo"  # noqa: S105 - printed at every start, for data that is made up
ADMIN = f"admin@{DOMAIN}"


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the demo. ``key`` names them in the content files of all apps, ``zone`` is an
    IANA time zone, ``weeks`` is how long ago they joined, ``look`` how their portrait is drawn: the
    hair (long, short) and the skin (light, fair, warm, deep)."""

    key: str
    name: str
    handle: str
    zone: str
    weeks: int
    public: bool
    email: str = ""
    look: str = "long warm"
    title: str = ""
    place: str = ""
    short: str = ""
    bio: str = ""
    philosophy: str = ""
    languages: str = ""
    is_creator: bool = False
    is_admin: bool = False
    is_moderator: bool = False
    expertise: tuple[str, ...] = ()
    qualifications: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Where their mail goes."""
        return self.email or f"{self.handle.lower()}@{MEMBERS_DOMAIN}"


def people() -> list[Person]:
    """Everybody, the six accounts first."""
    return [_person(row) for group in read(__file__, "people").values() for row in group]


def _person(row: dict[str, Any]) -> Person:
    lists = {name: tuple(row.get(name, ())) for name in ("expertise", "qualifications")}
    return Person(**{**row, **lists})
