"""Who was in a room when, worked out from all that was seen of it (rules ROOM-4, ROOM-5).

Pure functions of a set of marks: the order in which events arrived plays no part.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from scheduling.models import RoomMark

Kind = RoomMark.Kind
Source = RoomMark.Source

# Rule ROOM-5: a teacher alone must not earn by opening a room.
JOINT_NEEDED = timedelta(minutes=5)
# A reload or a cut empties a room for moments; that is no end.
EMPTY_NEEDED = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Stay:
    """One person inside from ``joined_at`` to ``left_at``; None while they still are."""

    joined_at: datetime
    left_at: datetime | None
    source: str

    def seconds(self, until: datetime) -> float:
        """How long, counted up to ``until`` at most."""
        return max((min(self.left_at or until, until) - self.joined_at).total_seconds(), 0.0)


class RoomHistory:
    """All marks of one session's room, and what follows from them."""

    def __init__(self, marks: Iterable[RoomMark]) -> None:
        self._marks = list(marks)
        self._ends = sorted(mark.at for mark in self._marks if mark.kind == Kind.ENDED)

    @property
    def is_silent(self) -> bool:
        """Whether the video server never told who was inside."""
        return not any(mark.kind == Kind.JOINED for mark in self._marks)

    @property
    def clicks(self) -> frozenset[UUID]:
        """Who clicked on "join"."""
        return frozenset(
            mark.user_id for mark in self._marks if mark.kind == Kind.CLICK and mark.user_id
        )

    @property
    def last_end(self) -> datetime | None:
        """When the video server last said that the room ended."""
        return self._ends[-1] if self._ends else None

    def stays(self, user_id: UUID) -> list[Stay]:
        """The person's stays, in order and apart from each other; at most the last is open.

        What the video server told comes first; only if it told nothing of anybody, a click counts
        from the click to the end of the room.
        """
        if self.is_silent:
            clicks = (
                mark.at
                for mark in self._marks
                if mark.kind == Kind.CLICK and mark.user_id == user_id
            )
            return [Stay(at, self._end_after(at), Source.CLICK) for at in clicks]
        found = [
            Stay(joined_at, self._left(user_id, reference, joined_at), source)
            for reference, (joined_at, source) in self._arrivals(user_id).items()
        ]
        return _merged(found)

    def is_inside(self, user_id: UUID) -> bool:
        """Whether the person is in the room as far as is known; a click alone tells nothing."""
        return not self.is_silent and self.is_open(user_id)

    def is_open(self, user_id: UUID) -> bool:
        """Whether the person's last stay has no end yet."""
        found = self.stays(user_id)
        return bool(found) and found[-1].left_at is None

    def presence_seconds(self, user_id: UUID, *, until: datetime) -> int:
        """Whole seconds that the person was inside."""
        return int(sum(stay.seconds(until) for stay in self.stays(user_id)))

    def joint_seconds(self, one: UUID, other: UUID, *, until: datetime) -> int:
        """Whole seconds in which both were inside."""
        total = 0.0
        for mine in self.stays(one):
            for theirs in self.stays(other):
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
        """Since when nobody is inside a room that had people; None while somebody is."""
        last = [found[-1] for found in (self.stays(one), self.stays(other)) if found]
        if not last or any(stay.left_at is None for stay in last):
            return None
        return max(stay.left_at for stay in last if stay.left_at)

    def said_goodbye(self, user_id: UUID) -> bool:
        """Whether the person's last leave was meant, rather than a cut line."""
        left = [mark for mark in self._marks if mark.kind == Kind.LEFT and mark.user_id == user_id]
        return (
            bool(left) and max(left, key=lambda mark: (mark.at, mark.is_deliberate)).is_deliberate
        )

    def open_references(self, user_id: UUID, *, before: datetime) -> list[str]:
        """Connections of the person that began before an instant and have no end yet."""
        return [
            reference
            for reference, (joined_at, _) in self._arrivals(user_id).items()
            if joined_at <= before and self._left(user_id, reference, joined_at) is None
        ]

    def replaced(self, user_id: UUID) -> list[tuple[str, datetime]]:
        """Open connections of the person that are not their latest, and when the next one began."""
        arrivals = self._arrivals(user_id)
        ordered = sorted((joined_at, name) for name, (joined_at, _) in arrivals.items())
        return [
            (name, following)
            for (joined_at, name), (following, _) in pairwise(ordered)
            if self._left(user_id, name, joined_at) is None
        ]

    def _arrivals(self, user_id: UUID) -> dict[str, tuple[datetime, str]]:
        """When each connection of the person began."""
        found: dict[str, tuple[datetime, str]] = {}
        for mark in self._marks:
            if mark.kind == Kind.JOINED and mark.user_id == user_id:
                known = found.get(mark.reference)
                if known is None or mark.at < known[0]:
                    found[mark.reference] = (mark.at, mark.source)
        return found

    def _left(self, user_id: UUID, reference: str, joined_at: datetime) -> datetime | None:
        """When a connection ended: as told, or with the room."""
        told = [
            max(mark.at, joined_at)
            for mark in self._marks
            if mark.kind == Kind.LEFT and mark.user_id == user_id and mark.reference == reference
        ]
        room = self._end_after(joined_at)
        return min([*told, *([room] if room else [])], default=None)

    def _end_after(self, at: datetime) -> datetime | None:
        return next((end for end in self._ends if end >= at), None)


def _merged(stays: list[Stay]) -> list[Stay]:
    """Overlapping connections of one person (two tabs, a reload) are one stay."""
    result: list[Stay] = []
    for stay in sorted(stays, key=lambda stay: stay.joined_at):
        last = result[-1] if result else None
        if last is None or (last.left_at is not None and stay.joined_at > last.left_at):
            result.append(stay)
            continue
        left_at = None
        if last.left_at is not None and stay.left_at is not None:
            left_at = max(last.left_at, stay.left_at)
        result[-1] = Stay(last.joined_at, left_at, last.source)
    return result


def histories(session_ids: Iterable[UUID]) -> dict[UUID, RoomHistory]:
    """The history of each session's room, with one query for all."""
    found: dict[UUID, list[RoomMark]] = defaultdict(list)
    wanted = list(session_ids)
    for mark in RoomMark.objects.filter(session_id__in=wanted).order_by("at", "pk"):
        found[mark.session_id].append(mark)
    return {session_id: RoomHistory(found[session_id]) for session_id in wanted}
