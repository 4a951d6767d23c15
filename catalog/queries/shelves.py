"""Categories with their numbers of courses, from the stored counts."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from peerloop.kit.statements import prepared_rows

SHELVES = (
    "SELECT g.id, g.name, g.slug, g.icon, s.level, s.courses FROM categories g"
    " LEFT JOIN course_shelf_counts s ON s.category_id = g.id"
    " WHERE g.is_active ORDER BY g.position, s.level"
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category with its number of listed courses by level."""

    id: UUID
    name: str
    slug: str
    icon: str
    by_level: dict[str, int] = field(default_factory=dict)

    def courses(self, level: str = "") -> int:
        """The number of its listed courses, of one level or of all."""
        return self.by_level.get(level, 0) if level else sum(self.by_level.values())


def shelves() -> list[Shelf]:
    """The active categories in their order, with their counts by level. One statement."""
    return _grouped(prepared_rows(SHELVES, {}))


def categories() -> list[dict[str, Any]]:
    """Categories as the API gives them."""
    return [
        {"id": shelf.id, "name": shelf.name, "slug": shelf.slug, "course_count": shelf.courses()}
        for shelf in shelves()
    ]


def _grouped(rows: Iterable[tuple[Any, ...]]) -> list[Shelf]:
    found: dict[UUID, Shelf] = {}
    for key, name, slug, icon, level, count in rows:
        shelf = found.setdefault(key, Shelf(key, name, slug, icon))
        if level is not None:
            shelf.by_level[level] = count
    return list(found.values())
