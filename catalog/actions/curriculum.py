"""Edit the modules of a course and the lists of its page."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from accounts.models import User
from catalog.actions.locks import lock_managed_course
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
MAX_MODULES = 100
MAX_LINES = 30
MAX_TAGS = 12
MAX_LINE_LENGTH = 300
MAX_TAG_LENGTH = 40
ONE_LINE_FIELDS = ("title", "duration")
TEXT_FIELDS = ("description", "objectives", "exercise")
OTHER_FIELDS = ("video_url", "document_url", "video_count", "reading_count", "has_assessment")


@transaction.atomic
def add_module(*, course: Course, title: str, by: User, **content: Any) -> CourseModule:
    """Add a module at the end. Enrolled students keep the number they paid for (rule CAT-5).

    Raises Invalid naming the field, Conflict at the maximum. Not safe to repeat: each call adds a
    module.
    """
    course = lock_managed_course(course, by=by)
    count = _in_order(course).count()
    if count >= MAX_MODULES:
        raise Conflict(f"A course has at most {MAX_MODULES} modules.")
    module = CourseModule(course=course, module_order=count + 1)
    _fill(module, {"title": title, **content})
    module.save(force_insert=True)
    return module


@transaction.atomic
def edit_module(*, module: CourseModule, by: User, **content: Any) -> CourseModule:
    """Change fields of a module; raises Invalid naming the field. Safe to repeat."""
    lock_managed_course(module.course, by=by)
    _fill(module, content)
    module.save(update_fields=list(content))
    return module


@transaction.atomic
def move_module(*, module: CourseModule, to: int, by: User) -> None:
    """Move the module to position ``to`` (from 1) and renumber the others (rule CAT-5).

    Raises Conflict for an archived module, Invalid for a position out of range. Safe to repeat.
    """
    course = lock_managed_course(module.course, by=by)
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
    """Delete a module and renumber the others (rule CAT-5).

    A module that a session or progress refers to is archived instead. Raises Conflict while
    students are enrolled, and for the last module of a published course. Safe to repeat.
    """
    course = lock_managed_course(module.course, by=by)
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
    renumber_modules(course)


def renumber_modules(course: Course) -> None:
    """Number the modules from 1 in their order (rule CAT-5). The caller has locked the course."""
    _number(list(_in_order(course)))


@transaction.atomic
def set_lines(*, course: Course, kind: str, lines: Sequence[str], by: User) -> None:
    """Replace one list of the page: objectives, includes or target_audience. Safe to repeat."""
    if kind not in LISTS:
        raise Invalid.field("kind", f"Choose one of {', '.join(LISTS)}.")
    course = lock_managed_course(course, by=by)
    model = LISTS[kind]
    texts = _lines(kind, lines)
    model.objects.filter(course=course).delete()
    model.objects.bulk_create(
        model(course=course, text=text, position=position)
        for position, text in enumerate(texts, start=1)
    )


@transaction.atomic
def set_prerequisites(*, course: Course, lines: Sequence[tuple[str, str]], by: User) -> None:
    """Replace the prerequisites: pairs of text and kind (rule CAT-7). Safe to repeat."""
    course = lock_managed_course(course, by=by)
    texts = _lines("prerequisites", [text for text, _ in lines])
    if any(kind not in CoursePrerequisite.Kind.values for _, kind in lines):
        raise Invalid.field("prerequisites", "Grade each: required, nice_to_have, not_required.")
    course.prerequisites.all().delete()
    CoursePrerequisite.objects.bulk_create(
        CoursePrerequisite(course=course, text=text, kind=kind, position=position)
        for position, (text, (_, kind)) in enumerate(zip(texts, lines, strict=True), start=1)
    )


@transaction.atomic
def set_tags(*, course: Course, tags: Iterable[str], by: User) -> None:
    """Replace the tags; they are stored in lower case and without repeats. Safe to repeat."""
    course = lock_managed_course(course, by=by)
    wanted = sorted({one_line(tag).lower() for tag in tags} - {""})
    if len(wanted) > MAX_TAGS or any(len(tag) > MAX_TAG_LENGTH for tag in wanted):
        raise Invalid.field(
            "tags", f"Use at most {MAX_TAGS} tags of at most {MAX_TAG_LENGTH} characters."
        )
    course.tags.exclude(tag__in=wanted).delete()
    CourseTag.objects.bulk_create(
        [CourseTag(course=course, tag=tag) for tag in wanted], ignore_conflicts=True
    )


def _in_order(course: Course) -> Any:
    return course.modules.filter(archived_at=None).order_by("module_order", "created_at")


def _number(modules: list[CourseModule]) -> None:
    """Number the modules from 1. Positions must be unique only at the end of the transaction."""
    changed = [
        module for position, module in enumerate(modules, 1) if module.module_order != position
    ]
    for position, module in enumerate(modules, start=1):
        module.module_order = position
    CourseModule.objects.bulk_update(changed, ["module_order"])


def _lines(name: str, lines: Sequence[str]) -> list[str]:
    texts = [one_line(line) for line in lines]
    if len(texts) > MAX_LINES or any(not 1 <= len(text) <= MAX_LINE_LENGTH for text in texts):
        raise Invalid.field(
            name, f"Use at most {MAX_LINES} lines of 1 to {MAX_LINE_LENGTH} characters."
        )
    return texts


def _fill(module: CourseModule, content: dict[str, Any]) -> None:
    for name, value in content.items():
        if name in ONE_LINE_FIELDS:
            value = one_line(value)
        elif name in TEXT_FIELDS:
            value = clean(value)
        elif name not in OTHER_FIELDS:
            raise Invalid.field(name, "This can't be changed here.")
        longest = getattr(CourseModule._meta.get_field(name), "max_length", None)
        if longest and isinstance(value, str) and len(value) > longest:
            raise Invalid.field(name, f"Use at most {longest} characters.")
        setattr(module, name, value)
    if not module.title:
        raise Invalid.field("title", "Give the module a title.")
