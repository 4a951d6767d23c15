"""One text that two people write at once: what both changed since they read it is put together."""

from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Change:
    """The lines ``start`` to ``end`` of the text that was read, and what stands there now."""

    start: int
    end: int
    lines: list[str]

    def clashes_with(self, other: "Change") -> bool:
        """Whether both change the same line, or both add lines at the same place."""
        if self.start == self.end or other.start == other.end:
            within = self.start < other.end and other.start < self.end
            return within or self.start == self.end == other.start == other.end
        return self.start < other.end and other.start < self.end


def merged(base: str, mine: str, theirs: str) -> str:
    """``theirs`` with what ``mine`` changes of ``base``, line by line.

    Where both changed the same lines, both stay, theirs first: nothing that anybody wrote is lost.
    Lines that were added stand once, though the save that added them arrives twice.
    """
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    lines = _lines(base)
    ours, others = _changes(lines, _lines(mine)), _changes(lines, _lines(theirs))
    found: list[str] = []
    done = 0
    while ours or others:
        start, end, one, other = _next_region(ours, others)
        found += lines[done:start]
        mine_now = _applied(lines, start, end, one)
        theirs_now = _applied(lines, start, end, other)
        if not other:
            found += mine_now
        elif not one:
            found += theirs_now
        else:
            found += _both(mine_now, theirs_now)
        done = end
    return "\n".join([*found, *lines[done:]])


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def _changes(base: list[str], now: list[str]) -> list[Change]:
    steps = SequenceMatcher(None, base, now, autojunk=False).get_opcodes()
    return [Change(a, b, now[c:d]) for tag, a, b, c, d in steps if tag != "equal"]


def _next_region(
    ours: list[Change], others: list[Change]
) -> tuple[int, int, list[Change], list[Change]]:
    """The first changes of both that touch each other, taken out of the lists, and their span."""
    rows = (ours, others)
    # Lines that are added before a line come before what became of that line.
    first = min((row[0].start, row[0].end, at) for at, row in enumerate(rows) if row)[2]
    taken: tuple[list[Change], list[Change]] = ([], [])
    taken[first].append(rows[first].pop(0))
    grows = True
    while grows:
        grows = False
        for at, row in enumerate(rows):
            if row and any(row[0].clashes_with(one) for one in taken[1 - at]):
                taken[at].append(row.pop(0))
                grows = True
    every = [*taken[0], *taken[1]]
    return min(one.start for one in every), max(one.end for one in every), *taken


def _applied(base: list[str], start: int, end: int, changes: list[Change]) -> list[str]:
    found: list[str] = []
    for change in changes:
        found += base[start : change.start] + change.lines
        start = change.end
    return found + base[start:end]


def _both(mine: list[str], theirs: list[str]) -> list[str]:
    if _is_within(mine, theirs):
        return theirs
    return mine if _is_within(theirs, mine) else [*theirs, *mine]


def _is_within(few: list[str], many: list[str]) -> bool:
    last = len(many) - len(few)
    return any(many[at : at + len(few)] == few for at in range(last + 1))
