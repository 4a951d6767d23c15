"""The modules of a course in their order, and the lists of its page."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from accounts.models import User
from catalog.actions.locks import managed
from catalog.models import (
    Course,
    CourseInclude,
    CourseModule,
    CourseObjective,
    CoursePrerequisite,
    CourseTag,
    CourseTargetAudience,
)
from peerloop.kit.clock import now
from peerloop.kit.refusals import Conflict, Invalid
from peerloop.kit.text import clean, one_line

LISTS: dict[str, Any] = {
    "objectives": CourseObjective,
    "includes": CourseInclude,
    "target_audience": CourseTargetAudience,
}
MOST_MODULES = 100
MOST_LINES = 30
MOST_TAGS = 12
LONGEST_LINE = 300
LONGEST_TAG = 40
LONGEST_TITLE = 140
ONE_LINERS = ("title", "duration")
TEXTS = ("description", "objectives", "exercise")
PLAIN = ("video_url", "document_url", "video_count", "reading_count", "has_assessment")


@transaction.atomic
def add_module(*, course: Course, title: str, by: User, **content: Any) -> CourseModule:
    """A new module at the end. Who is enrolled already keeps the number they paid for (CAT-5).

    Not safe to repeat: each call adds one.
    """
    course = managed(course, by=by)
    count = _in_order(course).count()
    if count >= MOST_MODULES:
        raise Conflict(f"A course has at most {MOST_MODULES} modules.")
    module = CourseModule(course=course, module_order=count + 1)
    _fill(module, {"title": title, **content})
    module.save(force_insert=True)
    return module


@transaction.atomic
def edit_module(*, module: CourseModule, by: User, **content: Any) -> CourseModule:
    """Change what a module says; raises Invalid naming the field. Safe to repeat."""
    managed(module.course, by=by)
    _fill(module, content)
    module.save(update_fields=list(content))
    return module


@transaction.atomic
def move_module(*, module: CourseModule, to: int, by: User) -> None:
    """Put the module at place ``to`` (from 1); the others close up (rule CAT-5). Safe to repeat."""
    course = managed(module.course, by=by)
    modules = list(_in_order(course))
    if module not in modules:
        raise Conflict("This module is archived. It has no place in the order.")
    if not 1 <= to <= len(modules):
        raise Invalid.field("module_order", f"Give a place from 1 to {len(modules)}.")
    modules.remove(module)
    modules.insert(to - 1, module)
    _number(modules)


@transaction.atomic
def remove_module(*, module: CourseModule, by: User) -> None:
    """Take a module out and close the gap, unless anybody is enrolled (rule CAT-5).

    One that an old session or progress points to is archived instead of deleted. A published
    course keeps at least one. Safe to repeat.
    """
    course = managed(module.course, by=by)
    if course.student_count:
        raise Conflict(
            "Students are enrolled, and each module is part of what they paid for. "
            "Edit it, or move it."
        )
    if course.status == Course.Status.PUBLISHED and _in_order(course).count() <= 1:
        raise Conflict("A published course keeps at least one module.")
    try:
        with transaction.atomic():
            CourseModule.objects.filter(pk=module.pk).delete()
    except ProtectedError:
        CourseModule.objects.filter(pk=module.pk).update(module_order=None, archived_at=now())
    close_gaps(course)


def close_gaps(course: Course) -> None:
    """Number the modules 1..n in their present order (rule CAT-5). The course is locked already."""
    _number(list(_in_order(course)))


@transaction.atomic
def set_lines(*, course: Course, kind: str, lines: Sequence[str], by: User) -> None:
    """Replace one list of the page: objectives, includes or target_audience. Safe to repeat."""
    if kind not in LISTS:
        raise Invalid.field("kind", f"Choose one of {', '.join(LISTS)}.")
    course = managed(course, by=by)
    model = LISTS[kind]
    texts = _lines(kind, lines)
    model.objects.filter(course=course).delete()
    model.objects.bulk_create(
        model(course=course, text=text, position=place) for place, text in enumerate(texts, start=1)
    )


@transaction.atomic
def set_prerequisites(*, course: Course, lines: Sequence[tuple[str, str]], by: User) -> None:
    """Replace what one should bring: pairs of text and grade (rule CAT-7). Safe to repeat."""
    course = managed(course, by=by)
    texts = _lines("prerequisites", [text for text, _ in lines])
    if any(kind not in CoursePrerequisite.Kind.values for _, kind in lines):
        raise Invalid.field("prerequisites", "Grade each: required, nice_to_have, not_required.")
    course.prerequisites.all().delete()
    CoursePrerequisite.objects.bulk_create(
        CoursePrerequisite(course=course, text=text, kind=kind, position=place)
        for place, (text, (_, kind)) in enumerate(zip(texts, lines, strict=True), start=1)
    )


@transaction.atomic
def set_tags(*, course: Course, tags: Iterable[str], by: User) -> None:
    """Replace the tags, kept in lower case and once each. Safe to repeat."""
    course = managed(course, by=by)
    wanted = sorted({one_line(tag).lower() for tag in tags} - {""})
    if len(wanted) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in wanted):
        raise Invalid.field(
            "tags", f"Use at most {MOST_TAGS} tags of at most {LONGEST_TAG} characters."
        )
    course.tags.exclude(tag__in=wanted).delete()
    CourseTag.objects.bulk_create(
        [CourseTag(course=course, tag=tag) for tag in wanted], ignore_conflicts=True
    )


def _in_order(course: Course) -> Any:
    return course.modules.filter(archived_at=None).order_by("module_order", "created_at")


def _number(modules: list[CourseModule]) -> None:
    """The order is unique at the end of the transaction, so places may clash on the way."""
    changed = [module for place, module in enumerate(modules, 1) if module.module_order != place]
    for place, module in enumerate(modules, start=1):
        module.module_order = place
    CourseModule.objects.bulk_update(changed, ["module_order"])


def _lines(name: str, lines: Sequence[str]) -> list[str]:
    texts = [one_line(line) for line in lines]
    if len(texts) > MOST_LINES or any(not 1 <= len(text) <= LONGEST_LINE for text in texts):
        raise Invalid.field(
            name, f"Use at most {MOST_LINES} lines of 1 to {LONGEST_LINE} characters."
        )
    return texts


def _fill(module: CourseModule, content: dict[str, Any]) -> None:
    for name, value in content.items():
        if name in ONE_LINERS:
            value = one_line(value)
        elif name in TEXTS:
            value = clean(value)
        elif name not in PLAIN:
            raise Invalid.field(name, "This can't be changed here.")
        longest = getattr(CourseModule._meta.get_field(name), "max_length", None)
        if longest and isinstance(value, str) and len(value) > longest:
            raise Invalid.field(name, f"Use at most {longest} characters.")
        setattr(module, name, value)
    if not module.title:
        raise Invalid.field("title", "Give the module a title.")
