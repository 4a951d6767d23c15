"""A student hands homework in: a text, a link or a file, each time a new version (HW-3)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.files.actions.storing import remove_file, store_file
from accounts.members.websites import is_public_address
from accounts.models import File, User
from learning.actions.locks import lock_enrollment
from learning.models import Enrollment, HomeworkAssignment, HomeworkSubmission
from learning.models.homework import LONGEST_ADDRESS, LONGEST_TEXT
from learning.notifications_work import notify_submitted
from learning.queries.enrollments import held_at
from peerloop.kit.refusals import Forbidden, Invalid, LimitReached, Refused, WrongMoment
from peerloop.kit.text import clean

MOST_VERSIONS = 50


class TooManyVersions(LimitReached):
    """So many versions of one homework."""

    code = "too_many_versions"
    message = f"You handed this in {MOST_VERSIONS} times. Ask your teacher to review what is there."


def submit_homework(
    *,
    assignment: HomeworkAssignment,
    enrollment: Enrollment,
    by: User,
    at: datetime,
    content: str = "",
    link: str = "",
    upload: Any = None,
    keeps_file: bool = False,
) -> HomeworkSubmission:
    """Hand homework in, or a new version of it while it was not approved.

    ``upload``: a Django upload; ``keeps_file``: without one, the file of the version before stays.
    The reviewer is notified. Raises Forbidden for other people and cancelled enrollments, Invalid
    naming ``content``, ``link`` or ``file``, WrongMoment once it is approved, TooManyVersions,
    QuotaReached, OutsideDown. The same text, link and file again change nothing. Call it outside a
    transaction: it writes to the storage.
    """
    _require_student(enrollment, by)
    text, address = _text(content), _address(link)
    file = None
    if upload:
        file = store_file(owner=by, purpose=File.Purpose.HOMEWORK, upload=upload, at=at)
    try:
        return _submit(assignment, enrollment, text, address, file, keeps_file, at)
    except Refused:
        if file is not None:
            remove_file(file=file, at=at)
        raise


@transaction.atomic
def _submit(
    assignment: HomeworkAssignment,
    enrollment: Enrollment,
    text: str,
    address: str,
    file: File | None,
    keeps_file: bool,
    at: datetime,
) -> HomeworkSubmission:
    lock_enrollment(enrollment)
    _require_student(enrollment, enrollment.student)
    rows = HomeworkSubmission.objects.filter(assignment=assignment, enrollment=enrollment)
    before = rows.current().select_related("file").first()
    if before is not None and before.is_approved:
        raise WrongMoment("This homework is approved already.", status_now=before.status)
    if file is None and keeps_file and before is not None and before.has_live_file:
        file = before.file
    if not (text or address or file):
        raise Invalid.field("content", "Hand in a text, a link or a file.")
    if before is not None and before.is_submitted and before.says(text, address, file):
        return before
    if before is not None and before.version >= MOST_VERSIONS:
        raise TooManyVersions
    rows.current().update(is_current=False, updated_at=at)
    submission = HomeworkSubmission.objects.create(
        assignment=assignment,
        enrollment=enrollment,
        student_id=enrollment.student_id,
        version=before.version + 1 if before else 1,
        content=text,
        link=address,
        file=file,
        is_late=_is_late(assignment, enrollment, before, at),
        created_at=at,
        updated_at=at,
    )
    notify_submitted(submission, enrollment, at=at)
    return submission


def _is_late(
    assignment: HomeworkAssignment,
    enrollment: Enrollment,
    before: HomeworkSubmission | None,
    at: datetime,
) -> bool:
    """Whether the due date has passed (HW-2). Doing it again when asked to is as late as before."""
    if before is not None and before.is_asked_again:
        return before.is_late
    due = assignment.due_at(enrollment, held_at(enrollment, assignment.module_id))
    return due is not None and at > due


def _require_student(enrollment: Enrollment, by: User) -> None:
    if by.pk != enrollment.student_id or not enrollment.opens_content:
        raise Forbidden("This enrollment was cancelled. Its content is closed.")


def _text(content: str) -> str:
    text = clean(content)
    if len(text) > LONGEST_TEXT:
        raise Invalid.field(
            "content", f"Use at most {LONGEST_TEXT:,} characters, or hand in a file."
        )
    return text


def _address(link: str) -> str:
    address = link.strip()
    if not address:
        return ""
    if len(address) > LONGEST_ADDRESS:
        raise Invalid.field("link", f"Use at most {LONGEST_ADDRESS} characters.")
    if not address.isprintable() or not is_public_address(address):
        raise Invalid.field(
            "link", "Give a public web address that everybody can open, like https://example.com/a."
        )
    return address
