"""A teacher shares materials with the student of a session, from its start on (RES-1)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.files.actions.storing import remove_file
from accounts.models import File, User
from learning.actions.materials import Content, stored_content
from peerloop.kit.refusals import Forbidden, LimitReached, Refused, WrongMoment
from scheduling.actions.locks import lock_session
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
    """Share a file or a link with the student of a session that has started.

    Raises Forbidden unless ``by`` is its teacher, WrongMoment before its start and for a cancelled
    one, Invalid naming the field, TooManyMaterials, QuotaReached, OutsideDown. Not safe to repeat.
    Call it outside a transaction.
    """
    _require_open(session, by, at)
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
    """Take a material away, with its file; raises Forbidden unless ``by`` is the teacher."""
    if by.pk != material.session.teacher_id:
        raise Forbidden("Only the teacher of this session can do this.")
    SessionMaterial.objects.filter(pk=material.pk).delete()
    if material.file is not None:
        remove_file(file=material.file, at=at)


def may_share(session: Session, at: datetime) -> bool:
    """Whether the session has started and was not cancelled or missed."""
    shared = (Session.Status.SCHEDULED, Session.Status.IN_PROGRESS, Session.Status.COMPLETED)
    has_started = session.started_at is not None or at >= session.scheduled_start
    return session.status in shared and has_started


def _require_open(session: Session, by: User, at: datetime) -> None:
    if by.pk != session.teacher_id:
        raise Forbidden("Only the teacher of this session can do this.")
    if not may_share(session, at):
        raise WrongMoment("You can share materials once the session has started.")


@transaction.atomic
def _add(session: Session, content: Content, by: User, at: datetime) -> SessionMaterial:
    session = lock_session(session.pk)
    _require_open(session, by, at)
    rows = SessionMaterial.objects.filter(session=session)
    if rows.count() >= MOST_MATERIALS:
        raise TooManyMaterials
    row: SessionMaterial = content.added_to(rows, at, session=session, uploader=by)
    return row
