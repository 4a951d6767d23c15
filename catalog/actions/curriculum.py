"""Edit the modules of a course and their order."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from accounts.models import User
from catalog.actions.links import checked_link
from catalog.actions.locks import lock_managed_course
from catalog.actions.revisions import require_revision
from catalog.models import Course, CourseModule
from peerloop.kit.clock import now
from peerloop.kit.refusals import Conflict, FieldErrors, Invalid, Missing
from peerloop.kit.text import clean, one_line

MAX_MODULES = 100
MAX_COUNTED = 999
ONE_LINE_FIELDS = ("title", "duration")
TEXT_FIELDS = ("description", "objectives", "exercise", "teaching_notes")
LINK_FIELDS = ("video_url", "document_url")
COUNTED_FIELDS = ("video_count", "reading_count")
OTHER_FIELDS = (*COUNTED_FIELDS, "has_assessment")


@transaction.atomic
def add_module(*, course: Course, title: str, by: User, **content: Any) -> CourseModule:
    """Add a module at the end. Enrolled students keep the number they paid for (rule CAT-5).

    Raises Invalid naming the field, Conflict at the maximum. Not safe to repeat: each call adds a
    module.
    """
    course = lock_managed_course(course, by=by)
    module = CourseModule(course=course, module_order=_free_place(course))
    _fill(module, {"title": title, **content})
    module.save(force_insert=True)
    return module


@transaction.atomic
def add_modules(*, course: Course, contents: Sequence[dict[str, Any]], by: User) -> None:
    """Add several modules at the end, each with its ``title`` and other fields.

    Raises Invalid naming every wrong field as ``modules.2.title``, Conflict beyond the maximum;
    then none is added. Not safe to repeat.
    """
    course = lock_managed_course(course, by=by)
    first = _free_place(course, len(contents))
    modules = [
        CourseModule(course=course, module_order=first + number) for number in range(len(contents))
    ]
    _create(modules, contents, called="modules")


@transaction.atomic
def add_archived_modules(
    *, course: Course, contents: Sequence[dict[str, Any]], by: User, at: datetime
) -> None:
    """Add modules that are archived already, the first as the one archived latest.

    Raises Invalid naming every wrong field as ``archived_modules.2.title``; then none is added.
    Not safe to repeat.
    """
    course = lock_managed_course(course, by=by)
    # A microsecond apart, so that they keep their order.
    modules = [
        CourseModule(course=course, archived_at=at - timedelta(microseconds=number))
        for number in range(len(contents))
    ]
    _create(modules, contents, called="archived_modules")


@transaction.atomic
def edit_module(
    *, module: CourseModule, by: User, revision: int | None = None, **content: Any
) -> CourseModule:
    """Change fields of a module; its place is ``move_module``'s.

    Raises Invalid naming every wrong field, ChangedElsewhere if ``revision`` is an older one,
    Missing if the module is gone. Safe to repeat.
    """
    lock_managed_course(module.course, by=by)
    module = _present(module)
    changed = _fill(module, content)
    if changed:
        require_revision(module, revision)
        module.revision += 1
        module.save(update_fields=[*changed, "revision"])
    return module


@transaction.atomic
def move_module(*, module: CourseModule, to: int, by: User) -> None:
    """Move the module to position ``to`` (from 1) and renumber the others (rule CAT-5).

    Raises Conflict for an archived module, Invalid for a position out of range. Safe to repeat.
    """
    modules, place = _order_to_change(module, by=by)
    if not 1 <= to <= len(modules):
        raise Invalid.field("position", f"Give a place from 1 to {len(modules)}.")
    modules.insert(to - 1, modules.pop(place))
    _number(modules)


@transaction.atomic
def shift_module(*, module: CourseModule, earlier: bool, by: User) -> int:
    """Swap the module with its neighbour; its position afterwards. At the end nothing happens.

    It counts from where the module is now, not from where a page that is out of date shows it.
    """
    modules, place = _order_to_change(module, by=by)
    to = min(max(place + (-1 if earlier else 1), 0), len(modules) - 1)
    modules.insert(to, modules.pop(place))
    _number(modules)
    return to + 1


@transaction.atomic
def place_module(*, module: CourseModule, before: CourseModule | None, by: User) -> int:
    """Put the module before another one, or at the end; its position afterwards.

    It names a neighbour and no number, so two moves at once both count. Raises Conflict if either
    is archived. Safe to repeat.
    """
    modules, place = _order_to_change(module, by=by)
    moved = modules.pop(place)
    if before is None or before.pk == moved.pk:
        to = len(modules) if before is None else place
    else:
        to = next((at for at, one in enumerate(modules) if one.pk == before.pk), -1)
        if to < 0:
            raise Conflict("The module that it should stand before is no longer in the outline.")
    modules.insert(to, moved)
    _number(modules)
    return to + 1


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


@transaction.atomic
def restore_module(*, module: CourseModule, by: User) -> CourseModule:
    """Put an archived module back, at the end. Raises Conflict at the maximum. Safe to repeat."""
    course = lock_managed_course(module.course, by=by)
    module = _present(module)
    if module.archived_at is None:
        return module
    module.module_order, module.archived_at = _free_place(course), None
    module.save(update_fields=["module_order", "archived_at"])
    return module


def renumber_modules(course: Course) -> None:
    """Number the modules from 1 in their order (rule CAT-5). The caller has locked the course."""
    _number(list(_in_order(course)))


def _free_place(course: Course, wanted: int = 1) -> int:
    count = _in_order(course).count()
    if count + wanted > MAX_MODULES:
        raise Conflict(f"A course has at most {MAX_MODULES} modules.")
    return int(count) + 1


def _present(module: CourseModule) -> CourseModule:
    """The module as it is now; the caller has locked the course."""
    found = CourseModule.objects.select_related("course").defer("course__search")
    try:
        return found.get(pk=module.pk)
    except CourseModule.DoesNotExist:
        raise Missing from None


def _order_to_change(module: CourseModule, *, by: User) -> tuple[list[CourseModule], int]:
    """All modules in their order, and the index of this one; raises Conflict if it is archived."""
    course = lock_managed_course(module.course, by=by)
    modules = list(_in_order(course))
    for index, one in enumerate(modules):
        if one.pk == module.pk:
            return modules, index
    raise Conflict("This module is archived. It has no place in the order.")


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


def _create(
    modules: list[CourseModule], contents: Sequence[dict[str, Any]], *, called: str
) -> None:
    """Give each module its content and create all; raises Invalid naming every wrong field."""
    errors = FieldErrors()
    for number, (module, content) in enumerate(zip(modules, contents, strict=True), start=1):
        with errors.part(f"{called}.{number}."):
            _fill(module, {"title": "", **content})
    errors.settle()
    CourseModule.objects.bulk_create(modules)


def _fill(module: CourseModule, content: dict[str, Any]) -> list[str]:
    """Set what differs; the names of what was set. Raises Invalid naming every wrong field."""
    errors, changed = FieldErrors(), []
    for name, value in content.items():
        with errors.part():
            wanted = _checked(name, value)
            if getattr(module, name) != wanted:
                setattr(module, name, wanted)
                changed.append(name)
    errors.settle()
    return changed


def _checked(name: str, value: Any) -> Any:
    if name in LINK_FIELDS:
        return checked_link(name, value)
    if name in ONE_LINE_FIELDS:
        value = one_line(value)
    elif name in TEXT_FIELDS:
        value = clean(value)
    elif name in COUNTED_FIELDS and not 0 <= value <= MAX_COUNTED:
        raise Invalid.field(name, f"Give a number from 0 to {MAX_COUNTED}.")
    elif name not in OTHER_FIELDS:
        raise Invalid.field(name, "This can't be changed here.")
    longest = getattr(CourseModule._meta.get_field(name), "max_length", None)
    if longest and isinstance(value, str) and len(value) > longest:
        raise Invalid.field(name, f"Use at most {longest} characters.")
    if name == "title" and not value:
        raise Invalid.field(name, "Give the module a title.")
    return value
