"""Add, reorder and remove the resources of a course (RES-1)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.files.actions.storing import remove_file
from accounts.models import File, User
from catalog.actions.locks import lock_managed_course
from catalog.models import Course, CourseModule
from learning.actions.materials import (
    Content,
    checked_description,
    checked_name,
    stored_content,
)
from learning.models import Resource
from peerloop.kit.refusals import Invalid, LimitReached, Refused

MOST_RESOURCES = 200


class TooManyResources(LimitReached):
    """The course has as many resources as it may have."""

    code = "too_many_resources"
    message = f"A course has at most {MOST_RESOURCES} resources. Remove one first."


def add_resource(
    *,
    course: Course,
    by: User,
    at: datetime,
    name: str = "",
    description: str = "",
    link: str = "",
    module_id: UUID | None = None,
    upload: Any = None,
) -> Resource:
    """Add a file or a link at the end of the course's resources.

    Raises Missing unless ``by`` manages the course, Invalid naming the field, TooManyResources,
    QuotaReached, OutsideDown. Not safe to repeat. Call it outside a transaction.
    """
    check_module(course, module_id)
    content = stored_content(
        owner=by,
        purpose=File.Purpose.RESOURCE,
        name=name,
        description=description,
        link=link,
        upload=upload,
        at=at,
    )
    try:
        return _add(course, content, module_id, by, at)
    except Refused:
        content.discard(at)
        raise


@transaction.atomic
def edit_resource(*, resource: Resource, by: User, **fields: Any) -> Resource:
    """Change ``name``, ``description`` or ``module_id``; raises Invalid naming it. Repeatable."""
    lock_managed_course(resource.course, by=by)
    if "name" in fields:
        resource.name = checked_name(fields["name"])
        if not resource.name:
            raise Invalid.field("name", "Give it a name.")
    if "description" in fields:
        resource.description = checked_description(fields["description"])
    if "module_id" in fields:
        check_module(resource.course, fields["module_id"])
        resource.module_id = fields["module_id"]
    resource.save(update_fields=["name", "description", "module_id"])
    return resource


@transaction.atomic
def move_resource(*, resource: Resource, earlier: bool, by: User) -> None:
    """Swap it with its neighbour in the course's order; at the end of the list nothing happens."""
    lock_managed_course(resource.course, by=by)
    rows = list(Resource.objects.filter(course=resource.course_id))
    place = next((number for number, row in enumerate(rows) if row.pk == resource.pk), None)
    if place is None:
        return
    other = place - 1 if earlier else place + 1
    if not 0 <= other < len(rows):
        return
    rows[place].position, rows[other].position = rows[other].position, rows[place].position
    for row in (rows[place], rows[other]):
        row.save(update_fields=["position"])


@transaction.atomic
def remove_resource(*, resource: Resource, by: User, at: datetime) -> None:
    """Take a resource away from everybody, with its file. Safe to repeat."""
    lock_managed_course(resource.course, by=by)
    Resource.objects.filter(pk=resource.pk).delete()
    if resource.file is not None:
        remove_file(file=resource.file, at=at)


def check_module(course: Course, module_id: UUID | None) -> None:
    """Raises Invalid unless it is a module of the course, or none."""
    if module_id is None:
        return
    if not CourseModule.objects.filter(pk=module_id, course=course, archived_at=None).exists():
        raise Invalid.field("module_id", "Choose a module of this course.")


@transaction.atomic
def _add(
    course: Course, content: Content, module_id: UUID | None, by: User, at: datetime
) -> Resource:
    lock_managed_course(course, by=by)
    rows = Resource.objects.filter(course=course)
    if rows.count() >= MOST_RESOURCES:
        raise TooManyResources
    row: Resource = content.added_to(rows, at, course=course, module_id=module_id, uploader=by)
    return row
