"""The cover of a course: an uploaded picture, or one that we draw."""

import re
import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.files.actions.storing import remove_file, remove_files, store_file
from accounts.models import File, User
from catalog.access import may_manage
from catalog.actions.drafting import edit_course
from catalog.actions.locks import lock_managed_course
from catalog.models import Course
from peerloop.kit.pictures import PICTURE_PATH, drawn_cover_url, picture_url
from peerloop.kit.refusals import Missing

WIDTH = 640
SEED_BYTES = 4
UPLOADED = re.compile(PICTURE_PATH)


def change_cover(
    *, course: Course, upload: Any, focus: str = "middle", by: User, at: datetime
) -> Course:
    """Show an uploaded picture; the former one is removed unless a copy of the course shows it.

    It counts in the quota of the course's creator. Raises Invalid naming ``file`` or ``focus``,
    QuotaReached, OutsideDown, Missing. Of two at once the later stands. Call it outside a
    transaction.
    """
    if not may_manage(by, course):
        raise Missing
    file = store_file(
        owner=course.creator, purpose=File.Purpose.COURSE_IMAGE, upload=upload, focus=focus, at=at
    )
    try:
        return _show(course, picture_url(file.key, WIDTH), by=by, at=at)
    except Exception:
        remove_file(file=file, at=at)
        raise


def draw_cover(*, course: Course, by: User, at: datetime) -> Course:
    """Show a cover that we draw, another one each time."""
    return _show(course, drawn_cover_url(secrets.token_hex(SEED_BYTES)), by=by, at=at)


def key_of(url: str | None) -> str:
    """The storage key of an uploaded cover; empty for any other."""
    found = UPLOADED.fullmatch(url or "")
    return found[1] if found else ""


@transaction.atomic
def _show(course: Course, url: str, *, by: User, at: datetime) -> Course:
    former = lock_managed_course(course, by=by).thumbnail_url
    changed = edit_course(course=course, by=by, thumbnail_url=url)
    key = key_of(former)
    shown = Course.objects.filter(creator_id=course.creator_id, thumbnail_url=former)
    if key and not shown.exists():
        remove_files(files=Q(key=key, purpose=File.Purpose.COURSE_IMAGE), at=at)
    return changed
