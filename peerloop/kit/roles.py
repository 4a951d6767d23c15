"""Which roles a member holds, and what waits for them, as the tables of each app say (ROLE-2).

Apps declare Roles in ``roles.py`` and Counters in ``navigation.py``. Both are read by one statement
for every page of a member: it is put together once, since building it by the ORM takes longer than
running it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    IntegerField,
    Q,
    QuerySet,
    Subquery,
)

from peerloop.kit.statements import Given, Read, columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A condition under which a member holds a role; one of several of the same name is enough.

    ``held``: a condition on a member's row; None: every member holds it. ``order``: roles are
    listed by it.
    """

    name: str
    order: int
    held: Q | Exists | None


# Menus show "99+" for more, so nobody has to count them.
MOST_COUNTED = 100


class CountOf(Subquery):
    """How many rows a QuerySet has for the outer row, up to ``MOST_COUNTED``."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet[Any]) -> None:
        """``rows`` refers to the member by ``OuterRef("pk")``."""
        super().__init__(rows.order_by().values("pk")[:MOST_COUNTED])


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """A number beside a link of the menus: how much of one thing waits for the member."""

    name: str
    count: CountOf


class Menu(NamedTuple):
    """What the menus of a member depend on."""

    roles: list[str]
    counts: Mapping[str, int]


class _Statement(NamedTuple):
    read: Read[tuple[Any, ...]]
    names: list[str]
    conditions: dict[str, Q | None]


_roles: list[Role] = []
_counters: dict[str, Counter] = {}
_statements: dict[bool, _Statement] = {}


def declare_roles(roles: Iterable[Role]) -> None:
    """Add roles. Declaring the same twice adds it once."""
    _roles.extend(role for role in roles if role not in _roles)
    _roles.sort(key=lambda role: role.order)
    _statements.clear()


def declare_counters(counters: Iterable[Counter]) -> None:
    """Add counters. Declaring one twice keeps the last."""
    _counters.update({counter.name: counter for counter in counters})
    _statements.clear()


def declared_roles() -> list[str]:
    """The names of all roles in their order."""
    return list(dict.fromkeys(role.name for role in _roles))


def declared_counters() -> frozenset[str]:
    """The names of all counters."""
    return frozenset(_counters)


def roles_of(user: Any) -> list[str]:
    """The roles that a member holds at this moment, in their order (ROLE-2, ROLE-11). One query."""
    return _read(user, with_counts=False).roles


def menu_of(user: Any) -> Menu:
    """The roles that a member holds and every counter: one query, which every page asks."""
    return _read(user, with_counts=True)


def _read(user: Any, *, with_counts: bool) -> Menu:
    statement = _statements.get(with_counts)
    if statement is None:
        statement = _statements[with_counts] = _statement(with_counts=with_counts)
    row = statement.read.first(user=user.pk)
    found = dict(zip(statement.names, row, strict=True)) if row else {}
    roles = [name for name, held in statement.conditions.items() if held is None or found.get(name)]
    return Menu(roles, {name: found.get(name, 0) for name in _counters})


def _conditions() -> dict[str, Q | None]:
    """The condition of each role, in their order; None for those that everybody holds."""
    conditions: dict[str, Q | None] = {}
    for role in _roles:
        known = conditions.get(role.name, Q())
        if role.held is None or known is None:
            conditions[role.name] = None
        else:
            conditions[role.name] = known | Q(role.held)
    return conditions


def _statement(*, with_counts: bool) -> _Statement:
    conditions = _conditions()
    asked: dict[str, Any] = {
        name: ExpressionWrapper(held, BooleanField())
        for name, held in conditions.items()
        if held is not None
    }
    if with_counts:
        asked |= {counter.name: counter.count for counter in _counters.values()}
    members = get_user_model()._default_manager.filter(pk=Given("user"))
    # Under names that no field of a member has.
    named = {f"menu_{name}": expression for name, expression in asked.items()}
    read = Read(columns, lambda: members.annotate(**named).values_list(*named))
    return _Statement(read, list(asked), conditions)
