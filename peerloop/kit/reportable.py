"""What members may report: each app declares how its content is reached, shown, hidden, removed.

    REPORTABLE = (Reportable(kind="post", noun="post", reach=..., find=..., hide=..., ...),)

An app declares them in ``reportable.py``. Who reports and who decides is told higher up, which asks
here and never reads a table of its own accord.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of text with who wrote it. ``is_meant``: what was reported, not what stands by."""

    person_id: UUID
    name: str
    text: str
    at: datetime
    is_meant: bool = True

    def as_json(self) -> dict[str, Any]:
        """For a snapshot."""
        return {
            "person": str(self.person_id),
            "name": self.name,
            "text": self.text,
            "at": self.at.isoformat(),
            "is_meant": self.is_meant,
        }


@dataclass(frozen=True, slots=True)
class Content:
    """A piece of content: who wrote it, where it stands, and what it says now.

    ``course_id``, ``creator_id``: the community that it belongs to; both None outside of one.
    ``page``: the address where its readers see it, if it has one. ``lines``: what moderators read;
    empty once the text is gone. ``stands``: whether people see it.
    """

    kind: str
    id: UUID
    author: Any
    place: str
    lines: tuple[Line, ...] = ()
    page: str = ""
    course_id: UUID | None = None
    creator_id: UUID | None = None
    stands: bool = True


Change = Callable[..., None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reportable:
    """A kind of content that can be reported.

    ``noun``: what sentences call it. ``reach(user, id)``: the content as that member reaches it;
    raises Missing. ``find(id)``: the content whoever asks and whatever became of it; raises Missing
    if there never was one. ``hide``, ``remove`` and ``restore`` take ``id=`` and ``at=``; each is
    safe to repeat, and leaves alone what its author deleted. ``ids``: for names of its pages, how
    the values of their address lead to an id, or None.
    """

    kind: str
    noun: str
    reach: Callable[[Any, Any], Content]
    find: Callable[[UUID], Content]
    hide: Change
    remove: Change
    restore: Change
    ids: Mapping[str, Callable[[Mapping[str, Any]], UUID | None]] = field(default_factory=dict)


_kinds: dict[str, Reportable] = {}


def declare(kinds: Iterable[Reportable]) -> None:
    """Add kinds of content. Declaring one twice keeps the last."""
    _kinds.update({one.kind: one for one in kinds})


def declared() -> dict[str, Reportable]:
    """Every kind by its name."""
    return dict(_kinds)
