"""Both people of a session share materials beside it (RES-1, and the page that they share)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.files.actions.storing import remove_file
from accounts.models import File, User
from learning.actions.materials import Content, stored_content
from peerloop.kit.refusals import Forbidden, LimitReached, Refused, WrongMoment
from scheduling.actions.locks import lock_session
from scheduling.actions.shared_page import may_write
from scheduling.models import Session, SessionMaterial

MOST_MATERIALS = 50


class TooManyMaterials(LimitReached):
    """The session has as many materials as it may have."""

    code = "too_many_materials"
    message = f"A session has at most {MOST_MATERIALS} materials. Remove one first."


def add_material(
    *,
    session: Session,
    by: User,
    at: datetime,
    name: str = "",
    description: str = "",
    link: str = "",
    upload: Any = None,
) -> SessionMaterial:
    """Share a file or a link with the other person of a session: before it, in it and after it.

    Raises Forbidden unless ``by`` is its teacher or student, WrongMoment once it was cancelled or
    missed, Invalid naming the field, TooManyMaterials, QuotaReached, OutsideDown. Not safe to
    repeat. Call it outside a transaction.
    """
    _require_open(session, by)
    content = stored_content(
        owner=by,
        purpose=File.Purpose.SESSION_MATERIAL,
        name=name,
        description=description,
        link=link,
        upload=upload,
        at=at,
    )
    try:
        return _add(session, content, by, at)
    except Refused:
        content.discard(at)
        raise


@transaction.atomic
def remove_material(*, material: SessionMaterial, by: User, at: datetime) -> None:
    """Take a material away, with its file; raises Forbidden unless ``by`` shared it or teaches."""
    if not may_remove(material, by):
        raise Forbidden("Only who shared this, and the teacher of the session, can remove it.")
    SessionMaterial.objects.filter(pk=material.pk).delete()
    if material.file is not None:
        remove_file(file=material.file, at=at)


def may_remove(material: SessionMaterial, by: User) -> bool:
    """Whether the member shared it, or teaches its session."""
    return by.pk in (material.uploader_id, material.session.teacher_id)


def may_share(session: Session, by: User) -> bool:
    """Whether the member is one of the session's two people, and its page is still written to."""
    return by.pk in (session.teacher_id, session.student_id) and may_write(session)


def _require_open(session: Session, by: User) -> None:
    if by.pk not in (session.teacher_id, session.student_id):
        raise Forbidden("Only the two people of this session can do this.")
    if not may_share(session, by):
        raise WrongMoment("This session was not held. Nothing can be shared in it any more.")


@transaction.atomic
def _add(session: Session, content: Content, by: User, at: datetime) -> SessionMaterial:
    session = lock_session(session.pk)
    _require_open(session, by)
    rows = SessionMaterial.objects.filter(session=session)
    if rows.count() >= MOST_MATERIALS:
        raise TooManyMaterials
    row: SessionMaterial = content.added_to(rows, at, session=session, uploader=by)
    return row
