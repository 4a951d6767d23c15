"""What one person sees of the page that teacher and student of a session share."""

from dataclasses import dataclass

from accounts.models import User
from scheduling.actions.materials import may_remove
from scheduling.actions.shared_page import may_write, page_of
from scheduling.models import Session, SessionMaterial, SharedPage


@dataclass(frozen=True, slots=True)
class SharedMaterial:
    """A file or a link, and whether the viewer may take it away."""

    row: SessionMaterial
    may_remove: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class SharedView:
    """The page with its files and links, and what was agreed the last time.

    ``materials`` is None where the viewer's enrollment opens no content (ENR-6).
    """

    session: Session
    page: SharedPage
    may_write: bool
    materials: list[SharedMaterial] | None
    earlier: SharedPage | None

    @property
    def shows_next_step(self) -> bool:
        """Whether there is a next step to write or to read: from the start of the session on."""
        return not self.session.is_scheduled or bool(self.page.next_step)


def shared_materials(session: Session, viewer: User) -> list[SharedMaterial]:
    """Files and links of a session, in one statement; the caller asked whether they open."""
    rows = list(SessionMaterial.objects.filter(session=session).select_related("file"))
    for row in rows:
        row.session = session
    return [
        SharedMaterial(row, may_remove(row, viewer), row.uploader_id == viewer.pk) for row in rows
    ]


def shared_view(session: Session, viewer: User) -> SharedView:
    """The page for one of the two people: three statements."""
    enrollment = session.enrollment
    is_student = viewer.pk == session.student_id
    opens = not is_student or enrollment is None or enrollment.opens_content
    return SharedView(
        session=session,
        page=page_of(session),
        may_write=may_write(session),
        materials=shared_materials(session, viewer) if opens else None,
        earlier=_earlier(session),
    )


def _earlier(session: Session) -> SharedPage | None:
    """The page of the last session before it that names a next step, until it is over."""
    if session.enrollment_id is None or not session.is_open:
        return None
    rows = SharedPage.objects.filter(
        session__enrollment=session.enrollment_id,
        session__scheduled_start__lt=session.scheduled_start,
    ).exclude(next_step="")
    return rows.order_by("-session__scheduled_start").first()
