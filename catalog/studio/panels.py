"""What upper layers add to a page of the studio: figures of a price, the quiz of a module.

An app declares ``PANELS`` in its module ``studio_panels``. A panel stands below the editor that it
belongs to, in a form of its own, and saves by its own addresses.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from accounts.models import User
from catalog.models import Course, CourseModule


class Place(StrEnum):
    """The pages of the studio that take panels."""

    MODULE = "module"
    OUTLINE = "outline"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class Asked:
    """For what a panel is drawn; ``module`` on the page of a module only."""

    course: Course
    module: CourseModule | None
    by: User
    at: datetime


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a page: ``context`` is what its template reads as ``panel``.

    ``is_live`` panels are drawn again with each automatic save.
    """

    name: str
    place: Place
    order: int
    template: str
    context: Callable[[Asked], Any]
    is_live: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A panel with its data; ``key`` is part of its id on the page."""

    key: str
    template: str
    data: Any


_panels: dict[str, Panel] = {}


def declare(panels: Iterable[Panel]) -> None:
    """Add an app's panels. Declaring one twice keeps the last."""
    _panels.update({panel.name: panel for panel in panels})


def panels_of(place: Place, asked: Asked, *, live: bool = False) -> list[Shown]:
    """The panels of a page in their order, each with its data; with ``live`` only the live ones."""
    found = [one for one in _panels.values() if one.place == place and (one.is_live or not live)]
    found.sort(key=lambda one: (one.order, one.name))
    return [Shown(one.name, one.template, one.context(asked)) for one in found]
