"""Teacher and student write to the page that they share beside a session."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from catalog.actions.revisions import ChangedElsewhere
from peerloop.kit.merging import merged
from peerloop.kit.refusals import FieldErrors, Forbidden, Invalid, WrongMoment
from peerloop.kit.text import clean, one_line
from scheduling.actions.locks import lock_session
from scheduling.models import Session, SharedPage
from scheduling.models.shared_page import LONGEST_LINE, LONGEST_NOTES

LINES = ("goal", "next_step")
NOTES = "notes"
PARTS = (*LINES, NOTES)
# To put two versions together takes time with the square of their lines.
MOST_LINES = 400


@dataclass(frozen=True, slots=True)
class Edit:
    """What somebody wrote, and the text that they had read before."""

    base: str
    words: str


def page_of(session: Session) -> SharedPage:
    """The page as it stands. Until somebody writes, its goal is what the student said when they
    booked.
    """
    found = SharedPage.objects.filter(session=session).first()
    return found or SharedPage(session=session, goal=one_line(session.topic))


def may_write(session: Session) -> bool:
    """Whether the page can still be written to: not once the session was cancelled or missed."""
    return session.is_open or session.is_completed


@transaction.atomic
def write_page(
    *, session: Session, by: User, at: datetime, edits: Mapping[str, Edit]
) -> SharedPage:
    """Write parts of the page (``PARTS``) and return it as it is then.

    Notes that both changed meanwhile are put together line by line, so none are lost. Of a goal or
    next step that the other changed since it was read, nothing is written: raises ChangedElsewhere
    with ``part`` and ``words``, the present ones. Raises Forbidden unless ``by`` is teacher or
    student of the session, WrongMoment once it was cancelled or missed, Invalid naming the part.
    Safe to repeat: what is stored already clashes with nothing.
    """
    if by.pk not in (session.teacher_id, session.student_id):
        raise Forbidden("Only the two people of this session write to its page.")
    wanted = _checked(edits)
    session = lock_session(session.pk)
    if not may_write(session):
        raise WrongMoment("This session was not held. Its page can't be changed any more.")
    page = page_of(session)
    before = {part: getattr(page, part) for part in PARTS}
    for part, edit in wanted.items():
        setattr(page, part, _written(part, edit, before[part], page))
    if any(getattr(page, part) != words for part, words in before.items()):
        if page.revision == 0:
            page.created_at = page.updated_at = at
        page.revision += 1
        page.save()
    return page


def _checked(edits: Mapping[str, Edit]) -> dict[str, Edit]:
    errors = FieldErrors()
    found = {}
    for part in PARTS:
        if part in edits:
            tidy = one_line if part in LINES else clean
            found[part] = Edit(tidy(edits[part].base), tidy(edits[part].words))
            with errors.part():
                _check_size(part, found[part].words)
    errors.settle()
    return found


def _check_size(part: str, words: str) -> None:
    most = LONGEST_LINE if part in LINES else LONGEST_NOTES
    if len(words) > most:
        raise Invalid.field(part, f"Use at most {most:,} characters.")
    if words.count("\n") >= MOST_LINES:
        raise Invalid.field(part, f"Use at most {MOST_LINES} lines.")


def _written(part: str, edit: Edit, present: str, page: SharedPage) -> str:
    """What the part says then."""
    if part == NOTES:
        # A base of any size would cost time; who sends one that was never stored has read nothing.
        base = edit.base if len(edit.base) <= LONGEST_NOTES else ""
        base = base if base.count("\n") < MOST_LINES else ""
        found = merged(base, edit.words, present)
        _check_size(part, found)
        return found
    if edit.words in (edit.base, present):
        return present
    if edit.base != present:
        raise ChangedElsewhere(part=part, words=present, revision=page.revision)
    return edit.words
