"""What the studio shows of a course: its lists in one query, its outline in another."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Case, F, OuterRef, Value, When
from django.db.models.functions import JSONObject

from catalog.actions.lists import FEATURES, LINES
from catalog.models import (
    Course,
    CourseModule,
    CoursePrerequisite,
    CourseTag,
    CourseTestimonial,
    PeerLoopFeatures,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A module in the outline; ``place`` is None for an archived one."""

    id: UUID
    place: int | None
    title: str
    duration: str
    has_video: bool
    has_document: bool
    has_notes: bool


class Outline(NamedTuple):
    """The modules in their order, and the archived ones, the latest first."""

    entries: list[Entry]
    archived: list[Entry]

    def after(self, module: CourseModule) -> Entry | None:
        """The module that follows; None after the last and for an archived one."""
        place = module.module_order
        return next((one for one in self.entries if place and one.place == place + 1), None)


def outline_of(course: Course) -> Outline:
    """All modules as the outline shows them. One query."""
    rows = course.modules.order_by(F("module_order").asc(nulls_last=True), "-archived_at")
    found = [
        Entry(*row)
        for row in rows.values_list(
            *("id", "module_order", "title", "duration"),
            _is_there("video_url", None),
            _is_there("document_url", None),
            _is_there("teaching_notes", ""),
        )
    ]
    return Outline(
        [entry for entry in found if entry.place], [entry for entry in found if not entry.place]
    )


def _is_there(field: str, empty: Any) -> Case:
    absent = {f"{field}__isnull": True} if empty is None else {field: empty}
    return Case(When(**absent, then=Value(False)), default=Value(True), output_field=BooleanField())


def lists_of(course: Course) -> dict[str, Any]:
    """All lists by the names of ``edit_course``, and the features. One query."""
    columns: dict[str, Any] = {
        **{f"{name}_": _lines(model, text=F("text")) for name, model in LINES.items()},
        "tags_": _lines(CourseTag, order="tag", text=F("tag")),
        "prerequisites_": _lines(CoursePrerequisite, text=F("text"), kind=F("kind")),
        "testimonials_": _lines(CourseTestimonial, quote=F("quote"), author=F("author")),
        "features_": ArraySubquery(
            PeerLoopFeatures.objects.filter(course=OuterRef("pk")).values_list(
                JSONObject(**{name: F(name) for name in FEATURES})
            )
        ),
    }
    row: dict[str, Any] = dict(Course.objects.filter(pk=course.pk).values(**columns)[0])
    return {
        **{name: [line["text"] for line in row[f"{name}_"]] for name in (*LINES, "tags")},
        "prerequisites": [(line["text"], line["kind"]) for line in row["prerequisites_"]],
        "testimonials": [(line["quote"], line["author"]) for line in row["testimonials_"]],
        "features": next(iter(row["features_"]), dict.fromkeys(FEATURES, True)),
    }


def _lines(model: Any, *, order: str = "position", **columns: F) -> ArraySubquery:
    rows = model.objects.filter(course=OuterRef("pk")).order_by(order)
    return ArraySubquery(rows.values_list(JSONObject(**columns)))


def modules_of_course(course: Course) -> list[CourseModule]:
    """All modules with everything in them, in their order, archived ones last. One query."""
    rows = course.modules.order_by(F("module_order").asc(nulls_last=True), "-archived_at")
    return list(rows)
