"""What the tables hold of a member: what an export shows and what erasure leaves (PRI-3).

Each app declares its own tables in ``personal_data.py``, bound in ``peerloop/wiring.py``; so export
and erasure in a lower layer reach rows of apps that it doesn't know. Every model is declared, as a
Table or as an Exempt with its reason; a test compares the declarations with all models.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with rows of members. A path is a lookup that ends at a member, as in a filter.

    ``description``: what the rows are, for the member who reads the export.
    ``owned``: paths of the member's own rows: exported whole, but for the columns of ``secret``.
    ``participated``: paths of rows of others in which the member had a part: exported without
    free text.
    ``by_address``: columns that hold the member's e-mail address instead of pointing to them.
    ``secret``: columns that are not exported, each with the reason.
    ``not_exported``: paths that are not followed, each with the reason.
    ``deleted``: paths (or address columns) whose rows erasure deletes, if ``deleted_where``.
    ``blanked``: path -> columns of free text that erasure empties, or sets to ``blanked_to``.
    ``kept_because``: why free text that is not blanked may stay.
    """

    model: str
    description: str
    owned: tuple[str, ...] = ()
    participated: tuple[str, ...] = ()
    by_address: tuple[str, ...] = ()
    secret: Mapping[str, str] = field(default_factory=dict)
    not_exported: Mapping[str, str] = field(default_factory=dict)
    deleted: tuple[str, ...] = ()
    deleted_where: Mapping[str, Any] = field(default_factory=dict)
    blanked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    blanked_to: Mapping[str, str] = field(default_factory=dict)
    kept_because: str = ""


@dataclass(frozen=True, slots=True)
class Exempt:
    """A table without rows of members, or whose rows are not exported one by one, and why."""

    model: str
    why: str


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an account can't be closed yet: a sentence for the member, and where to settle it."""

    code: str
    words: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class ClosedAccount:
    """Whose data is erased. The name and the addresses are read before the rows are blanked."""

    user_id: UUID
    name: str
    handle: str
    email: str
    payout_account: str


Finder = Callable[[UUID, datetime], Iterable[Obstacle]]
Step = Callable[[ClosedAccount, datetime], None]

_tables: dict[str, Table | Exempt] = {}
_finders: list[Finder] = []
_steps: list[Step] = []
_last_steps: list[Step] = []


def declare(tables: Iterable[Table | Exempt]) -> None:
    """Add these tables. Declaring one twice keeps the last declaration."""
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
