"""Who was in a room when, computed from all that was observed of it (rules ROOM-4, ROOM-5).

Pure functions of a set of attendance events: the order in which they arrived makes no difference.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from scheduling.models import AttendanceEvent

Kind = AttendanceEvent.Kind
Source = AttendanceEvent.Source

# Rule ROOM-5: a teacher alone must not earn by opening a room.
JOINT_NEEDED = timedelta(minutes=5)
# A reload or a lost connection empties a room for moments; that is no end.
EMPTY_NEEDED = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Interval:
    """One person inside from ``joined_at`` to ``left_at``; None while they still are."""

    joined_at: datetime
    left_at: datetime | None
    source: str

    def seconds(self, until: datetime) -> float:
        """How long, counted up to ``until`` at most."""
        return max((min(self.left_at or until, until) - self.joined_at).total_seconds(), 0.0)


class RoomHistory:
    """All attendance events of one session, and what follows from them."""

    def __init__(self, events: Iterable[AttendanceEvent]) -> None:
        self._events = list(events)
        self._ends = sorted(event.at for event in self._events if event.kind == Kind.ENDED)

    @property
    def is_silent(self) -> bool:
        """Whether the video server never reported who was inside."""
        return not any(event.kind == Kind.JOINED for event in self._events)

    @property
    def clicks(self) -> frozenset[UUID]:
        """Who clicked on "join"."""
        return frozenset(
            event.user_id for event in self._events if event.kind == Kind.CLICK and event.user_id
        )

    @property
    def last_end(self) -> datetime | None:
        """When the room last ended, as the video server reported it."""
        return self._ends[-1] if self._ends else None

    def intervals(self, user_id: UUID) -> list[Interval]:
        """When the person was inside, in order and without overlaps; only the last may be open.

        Reports of the video server count. Only if it reported nobody at all, a click counts, from
        the click to the end of the room.
        """
        if self.is_silent:
            clicks = (
                event.at
                for event in self._events
                if event.kind == Kind.CLICK and event.user_id == user_id
            )
            return [Interval(at, self._end_after(at), Source.CLICK) for at in clicks]
        found = [
            Interval(joined_at, self._left_at(user_id, reference, joined_at), source)
            for reference, (joined_at, source) in self._connections(user_id).items()
        ]
        return _merged(found)

    def is_inside(self, user_id: UUID) -> bool:
        """Whether the person is in the room as far as is known; a click alone is no evidence."""
        return not self.is_silent and self.is_open(user_id)

    def is_open(self, user_id: UUID) -> bool:
        """Whether the person's last interval has no end yet."""
        found = self.intervals(user_id)
        return bool(found) and found[-1].left_at is None

    def presence_seconds(self, user_id: UUID, *, until: datetime) -> int:
        """Whole seconds that the person was inside."""
        return int(sum(interval.seconds(until) for interval in self.intervals(user_id)))

    def joint_seconds(self, one: UUID, other: UUID, *, until: datetime) -> int:
        """Whole seconds in which both were inside."""
        total = 0.0
        for mine in self.intervals(one):
            for theirs in self.intervals(other):
                begin = max(mine.joined_at, theirs.joined_at)
                end = min(mine.left_at or until, theirs.left_at or until, until)
                total += max((end - begin).total_seconds(), 0.0)
        return int(total)

    def both_attended(self, one: UUID, other: UUID, *, until: datetime) -> bool:
        """Rule ROOM-5: five minutes together; from a silent server two clicks and an end."""
        if self.is_silent:
            return bool(self._ends) and {one, other} <= self.clicks
        joint = self.joint_seconds(one, other, until=until)
        return joint >= JOINT_NEEDED.total_seconds()

    def empty_since(self, one: UUID, other: UUID) -> datetime | None:
        """Since when a room that had people is empty; None while somebody is inside."""
        last = [found[-1] for found in (self.intervals(one), self.intervals(other)) if found]
        if not last or any(interval.left_at is None for interval in last):
            return None
        return max(interval.left_at for interval in last if interval.left_at)

    def left_on_purpose(self, user_id: UUID) -> bool:
        """Whether the person left the last time on purpose, rather than being cut off."""
        left = [
            event for event in self._events if event.kind == Kind.LEFT and event.user_id == user_id
        ]
        last = max(left, key=lambda event: (event.at, event.is_deliberate), default=None)
        return last is not None and last.is_deliberate

    def open_references(self, user_id: UUID, *, before: datetime) -> list[str]:
        """Connections of the person that began before an instant and have no end yet."""
        return [
            reference
            for reference, (joined_at, _) in self._connections(user_id).items()
            if joined_at <= before and self._left_at(user_id, reference, joined_at) is None
        ]

    def replaced(self, user_id: UUID) -> list[tuple[str, datetime]]:
        """Open connections of the person but for the latest, each with when the next one began."""
        ordered = sorted(
            (joined_at, name) for name, (joined_at, _) in self._connections(user_id).items()
        )
        return [
            (name, following)
            for (joined_at, name), (following, _) in pairwise(ordered)
            if self._left_at(user_id, name, joined_at) is None
        ]

    def _connections(self, user_id: UUID) -> dict[str, tuple[datetime, str]]:
        """When each connection of the person began, and from which source that is known."""
        found: dict[str, tuple[datetime, str]] = {}
        for event in self._events:
            if event.kind == Kind.JOINED and event.user_id == user_id:
                known = found.get(event.reference)
                if known is None or event.at < known[0]:
                    found[event.reference] = (event.at, event.source)
        return found

    def _left_at(self, user_id: UUID, reference: str, joined_at: datetime) -> datetime | None:
        """When a connection ended: as reported, or with the room."""
        reported = [
            max(event.at, joined_at)
            for event in self._events
            if event.kind == Kind.LEFT and event.user_id == user_id and event.reference == reference
        ]
        room_end = self._end_after(joined_at)
        return min([*reported, *([room_end] if room_end else [])], default=None)

    def _end_after(self, at: datetime) -> datetime | None:
        return next((end for end in self._ends if end >= at), None)


def _merged(intervals: list[Interval]) -> list[Interval]:
    """Overlapping connections of one person (two tabs, a reload) are one interval."""
    result: list[Interval] = []
    for interval in sorted(intervals, key=lambda one: one.joined_at):
        last = result[-1] if result else None
        if last is None or (last.left_at is not None and interval.joined_at > last.left_at):
            result.append(interval)
            continue
        left_at = None
        if last.left_at is not None and interval.left_at is not None:
            left_at = max(last.left_at, interval.left_at)
        result[-1] = Interval(last.joined_at, left_at, last.source)
    return result
