"""What the tables hold of a member: how it is told to them, and what erasure leaves (PRI-3).

Each app declares its own tables in ``personal_data.py``, bound in ``peerloop/wiring.py``; so a low
floor can tell and erase rows of floors that it doesn't know. Every table of the model catalogue is
declared, as a Table or as an Exempt with its reason; a test walks them all.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with rows of members. A path is a lookup that ends at a member, as in a filter.

    ``of``: paths of rows that are the member's: told whole, but for the columns of ``secret``.
    ``acted``: paths of rows of others in which the member had a part: told without free words.
    ``untold``: paths that are not followed, each with the reason.
    ``secret``: columns that are not told, each with the reason.
    ``of_address``: columns that hold the member's e-mail address instead of pointing to them.
    ``goes``: paths (or address columns) whose rows erasure deletes, of which ``only`` (a filter).
    ``emptied``: path -> columns with free words that erasure empties, or sets to ``left``.
    ``stays``: why free words that are not emptied may stay.
    """

    model: str
    says: str
    of: tuple[str, ...] = ()
    acted: tuple[str, ...] = ()
    untold: Mapping[str, str] = field(default_factory=dict)
    secret: Mapping[str, str] = field(default_factory=dict)
    of_address: tuple[str, ...] = ()
    goes: tuple[str, ...] = ()
    only: Mapping[str, Any] = field(default_factory=dict)
    emptied: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    left: Mapping[str, str] = field(default_factory=dict)
    stays: str = ""


@dataclass(frozen=True, slots=True)
class Exempt:
    """A table without rows of members, or whose rows are not told one by one, and why."""

    model: str
    why: str


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an account can't be closed yet: words for the member, and where they can settle it."""

    code: str
    words: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Leaver:
    """Who leaves, as the last steps need to know them: gone from the tables a moment later."""

    user_id: UUID
    name: str
    handle: str
    email: str
    payout_account: str


Finder = Callable[[UUID, datetime], Iterable[Obstacle]]
Step = Callable[[Leaver, datetime], None]

_tables: dict[str, Table | Exempt] = {}
_finders: list[Finder] = []
_steps: list[Step] = []
_last_steps: list[Step] = []


def declare(tables: Iterable[Table | Exempt]) -> None:
    """Let these tables be known. Declaring one twice keeps the last word."""
    for table in tables:
        _tables[table.model.lower()] = table


def declared() -> dict[str, Table | Exempt]:
    """Every declaration by its model's label in lower case, in order of declaration."""
    return dict(_tables)


def declare_obstacles(finders: Iterable[Finder]) -> None:
    """Ask these too before an account is closed. Declaring one twice asks it once."""
    _finders.extend(finder for finder in finders if finder not in _finders)


def obstacles_of(user_id: UUID, at: datetime) -> list[Obstacle]:
    """Everything that stands against closing the account now."""
    return [obstacle for finder in _finders for obstacle in finder(user_id, at)]


def declare_erasing_steps(steps: Iterable[Step]) -> None:
    """Run these too when personal data is erased, for rows that no declared path leads to.

    Each must be safe to repeat. Declaring one twice runs it once.
    """
    _steps.extend(step for step in steps if step not in _steps)


def erasing_steps() -> list[Step]:
    """What runs besides the declared tables."""
    return list(_steps)


def declare_last_erasing_steps(steps: Iterable[Step]) -> None:
    """Run these in the last transaction, once the member's own row is blank."""
    _last_steps.extend(step for step in steps if step not in _last_steps)


def last_steps() -> list[Step]:
    """What runs once the member's own row is blank."""
    return list(_last_steps)
