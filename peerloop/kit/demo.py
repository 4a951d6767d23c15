"""The demo world: each app declares its part in ``demo.py``, a seed runs all parts in order.

A part is a few steps. First all rows that stand from the start, then the plans of what happened
since, then the past is told: acts with their moments, in order, while the clock stands at each.
"""

import heapq
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from itertools import count, islice
from pathlib import Path
from random import Random
from typing import Any, TypeVar, cast

from django.db.models import Model

from peerloop.kit import clock

Act = Callable[[datetime], object]
Row = TypeVar("Row", bound=Model)
Kind = TypeVar("Kind")
BATCH = 2_000
SEED = "peerloop"


class Stage(IntEnum):
    """When a step runs. Within a stage the lowest layer comes first."""

    ROWS = 1  # write what is there from the start
    PLANS = 2  # plan what happened since
    SETTLED = 3  # the past is told: let nothing of it leave again
    CROWD = 4  # fill up to a number of members, in bulk


@dataclass
class World:
    """Who and what there is by now, and what is still to be told.

    ``crowd`` is how many members more are wanted than the demo has by itself.
    """

    now: datetime
    crowd: int = 0
    _rows: dict[type[Model], dict[str, Model]] = field(default_factory=dict)
    _diary: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _number: count = field(default_factory=count)
    _when_written: list[Callable[[], object]] = field(default_factory=list)
    _shared: dict[type, object] = field(default_factory=dict)

    def keep(self, rows: dict[str, Row]) -> None:
        """Let later steps find rows of one model by the names that content files use."""
        for name, row in rows.items():
            self._rows.setdefault(type(row), {})[name] = row

    def all(self, model: type[Row]) -> dict[str, Row]:
        """The kept rows of a model by name, in the order in which they were kept."""
        return cast(dict[str, Row], self._rows[model])

    def get(self, model: type[Row], name: str) -> Row:
        """One kept row; KeyError if the content file names one that there is not."""
        return self.all(model)[name]

    def share(self, something: object) -> None:
        """Let later steps have this, one of its class."""
        self._shared[type(something)] = something

    def shared(self, kind: type[Kind]) -> Kind:
        """What an earlier step shared; KeyError if none did."""
        return cast(Kind, self._shared[kind])

    def ago(self, days: float) -> datetime:
        """The moment so many days before now, on a whole minute."""
        return (self.now - timedelta(days=days)).replace(second=0, microsecond=0)

    def dice(self, name: str) -> Random:
        """Chance of its own for each subject: the same in every telling, whatever else is told."""
        return Random(f"{SEED}:{name}")  # noqa: S311 - made-up data, nothing secret

    def plan(self, moment: datetime, act: Act) -> None:
        """Let something happen at a moment; what would lie ahead of now is left out."""
        if moment <= self.now:
            heapq.heappush(self._diary, (moment, next(self._number), act))

    def tell(self) -> None:
        """Let everything happen in the order of time, also what acts plan on their way."""
        while self._diary:
            moment, _, act = heapq.heappop(self._diary)
            with clock.frozen_at(moment):
                act(moment)

    def when_written(self, act: Callable[[], object]) -> None:
        """Do this after the transaction: what writes files waits until the rows stand."""
        self._when_written.append(act)

    def finish(self) -> None:
        """Do what waited for the end of the transaction."""
        for act in self._when_written:
            act()


@dataclass(frozen=True, slots=True)
class DemoStep:
    """One step of an app's part. ``name`` is unique; ``run`` may use rows of lower layers."""

    name: str
    stage: Stage
    run: Callable[[World], object]


_steps: dict[str, DemoStep] = {}


def declare(steps: Iterable[DemoStep]) -> None:
    """Add steps. Declaring the same one twice adds it once; ValueError for another of its name."""
    for step in steps:
        if _steps.setdefault(step.name, step) != step:
            raise ValueError(f"Two steps of the demo are called {step.name}.")


def declared() -> list[DemoStep]:
    """All steps in the order of a seed: by stage, the lowest layer first."""
    return sorted(_steps.values(), key=lambda step: step.stage)


def run(stage: Stage, world: World) -> None:
    """Run all steps of a stage."""
    for step in declared():
        if step.stage == stage:
            step.run(world)


def write_rows(rows: Iterable[Row]) -> None:
    """Insert rows of one table in batches; only one batch is in memory."""
    waiting = iter(rows)
    while batch := list(islice(waiting, BATCH)):
        type(batch[0])._default_manager.bulk_create(batch)


def read(beside: str, name: str) -> Any:
    """The content file ``name``.json in the folder of the module ``beside`` (its ``__file__``)."""
    return json.loads((Path(beside).parent / f"{name}.json").read_text())
