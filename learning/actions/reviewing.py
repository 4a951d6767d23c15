"""The teacher or the creator answers homework: approved, or to be done again (HW-4, HW-5)."""

from datetime import datetime

from django.db import transaction

from accounts.four_eyes import require_another
from accounts.models import User
from learning.actions.locks import lock_enrollment
from learning.actions.progress import complete_if_delivered
from learning.models import HomeworkSubmission
from learning.models.homework import LONGEST_FEEDBACK
from learning.notifications_work import notify_reviewed
from peerloop.kit.refusals import Conflict, Invalid
from peerloop.kit.text import clean, isolated

Status = HomeworkSubmission.Status


class ReviewedMeanwhile(Conflict):
    """Somebody else answered it, or the student handed in a newer version."""

    code = "reviewed_meanwhile"


@transaction.atomic
def review_homework(
    *,
    submission: HomeworkSubmission,
    status: str,
    by: User,
    at: datetime,
    feedback: str = "",
    points: int | None = None,
) -> HomeworkSubmission:
    """Approve homework, or ask for it again; the student is notified.

    An approval may complete the enrollment (rule LEARN-3). Of two reviewers at once the first one
    wins, the other is told. Raises ReviewedMeanwhile, Invalid naming ``feedback``, ``points`` or
    ``status``. The same answer of the same reviewer again changes nothing.
    """
    require_another(by, submission.student_id)
    enrollment = submission.enrollment
    lock_enrollment(enrollment)
    submission = (
        HomeworkSubmission.objects.select_for_update(no_key=True, of=("self",))
        .select_related("assignment", "reviewer")
        .get(pk=submission.pk)
    )
    words = _feedback(feedback, status)
    given = (status, words, points, by.pk)
    if given == (submission.status, submission.feedback, submission.points, submission.reviewer_id):
        return submission
    _refuse_if_answered(submission, by)
    most = submission.assignment.max_points
    if points is not None and (most is None or not 0 <= points <= most):
        raise Invalid.field("points", f"Give 0 to {most} points." if most else "It has no points.")
    submission.transition_to(status)
    submission.feedback, submission.points = words, points
    submission.reviewer, submission.reviewed_at = by, at
    submission.save(update_fields=["status", "feedback", "points", "reviewer", "reviewed_at"])
    submission.enrollment = enrollment
    notify_reviewed(submission, at=at)
    if submission.is_approved:
        complete_if_delivered(enrollment=enrollment, at=at)
    return submission


def _refuse_if_answered(submission: HomeworkSubmission, by: User) -> None:
    if not submission.is_current:
        raise ReviewedMeanwhile("The student has handed in a newer version. Read that one first.")
    if submission.is_submitted:
        return
    who = submission.reviewer
    name = "You" if who is None or who.pk == by.pk else isolated(who.name)
    what = "approved this" if submission.is_approved else "asked for this again"
    raise ReviewedMeanwhile(f"{name} already {what}.", status_now=submission.status)


def _feedback(feedback: str, status: str) -> str:
    words = clean(feedback)
    if status not in (Status.APPROVED, Status.RESUBMIT_REQUESTED):
        raise Invalid.field("status", "Approve it, or ask for it again.")
    if status == Status.RESUBMIT_REQUESTED and not words:
        raise Invalid.field("feedback", "Say what is to be done again.")
    if len(words) > LONGEST_FEEDBACK:
        raise Invalid.field("feedback", f"Use at most {LONGEST_FEEDBACK:,} characters.")
    return words
