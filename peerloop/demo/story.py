"""The past as a diary: acts with their moments, told in order while the clock stands at each."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random

from accounts.files.pictures import Made
from accounts.models import File, User
from catalog.models import Course
from peerloop.kit import clock

Act = Callable[[datetime], object]
SEED = "peerloop"


@dataclass
class World:
    """Who and what there is by now, and what is still to be told."""

    now: datetime
    people: dict[str, User] = field(default_factory=dict)
    courses: dict[str, Course] = field(default_factory=dict)
    pictures: list[tuple[File, Made]] = field(default_factory=list)
    _diary: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _number: count = field(default_factory=count)

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
