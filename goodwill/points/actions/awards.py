"""Awards: for an answer, for extra help, for a first session of one's student, for being there."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.models import User
from billing.queries.identities import share_money
from catalog.models import Course
from community.models import Message, Post
from goodwill.models import GoodwillTransaction, Reason
from goodwill.models.movement import POINTS
from goodwill.points.actions.moving import give, lock_goodwill, mint
from goodwill.points.limits import day_of, require_helper
from goodwill.points.refusals import AlreadyMoved, NotAHelper
from learning.models import Enrollment, StudentTeacher
from peerloop.kit.refusals import Conflict, Refused
from scheduling.models import Session

# Extra help is thanked while it is fresh.
THANKED_WITHIN = timedelta(days=7)


class NothingToThankFor(Conflict):
    """No session of extra help stands behind it (rule GW-2)."""

    code = "nothing_to_thank_for"
    message = "There is no make-up session with this teacher in the last seven days."


def points_of(reason: Reason) -> int:
    """The points of a reason that has one sum (rule GW-2)."""
    least, most = POINTS[reason]
    assert least == most, "this reason has a range"
    return least


def award_reply(*, reply: Post, by: User, at: datetime, tells: bool = True) -> GoodwillTransaction:
    """Thank for a reply that helped: 5 points (rules GW-2, GW-4).

    ``by`` asked the question. Without ``tells`` the caller notifies who wrote it. Raises what
    ``moving.give`` does.
    """
    return give(
        to=reply.author,
        by=by,
        points=points_of(Reason.QUESTION_ANSWER),
        cause=cause_of_reply(reply.pk, by.pk),
        course=reply.course,
        post=reply,
        at=at,
        tells=tells,
    )


def cause_of_reply(reply_id: UUID, asker_id: UUID) -> str:
    """By what the ledger names the thanks for a reply."""
    return f"post:{reply_id}:{asker_id}"


def award_message(*, message: Message, by: User, at: datetime) -> GoodwillTransaction:
    """The same for a message in a conversation of both."""
    return give(
        to=message.sender,
        by=by,
        points=points_of(Reason.QUESTION_ANSWER),
        cause=f"message:{message.pk}:{by.pk}",
        course=message.conversation.course,
        message=message,
        at=at,
    )


def award_helpful_reply(*, asker_id: UUID, reply_id: UUID, at: datetime) -> bool:
    """Thank for a reply that its asker marked as helpful; whether points moved.

    The mark stands whatever the rules of points say; the notification of the mark tells of the
    points too. Safe to repeat.
    """
    reply = Post.objects.select_related("author", "course").get(pk=reply_id)
    try:
        award_reply(reply=reply, by=User.objects.get(pk=asker_id), at=at, tells=False)
    except Refused:
        return False
    return True


@transaction.atomic
def award_extra_help(*, to: User, by: User, at: datetime) -> GoodwillTransaction:
    """Thank a teacher for a make-up session of the last seven days: 30 points (rule GW-2).

    Each session is thanked for once. Raises NothingToThankFor, and what ``moving.mint`` does.
    """
    session = session_to_thank_for(to=to, by=by, at=at)
    if session is None:
        raise NothingToThankFor
    return mint(
        to=to,
        by=by,
        points=points_of(Reason.REMEDIAL_VOLUNTEER),
        reason=Reason.REMEDIAL_VOLUNTEER,
        cause=_extra_help(session.pk),
        course=session.course,
        at=at,
    )


def session_to_thank_for(*, to: User, by: User, at: datetime) -> Session | None:
    """The oldest make-up session with the teacher that the student may still thank for."""
    held = Session.objects.filter(
        student=by,
        teacher=to,
        kind=Session.Kind.MAKEUP,
        status=Session.Status.COMPLETED,
        ended_at__gt=at - THANKED_WITHIN,
    )
    sessions = {
        _extra_help(one.pk): one for one in held.select_related("course").order_by("ended_at")
    }
    moved = GoodwillTransaction.objects.filter(cause__in=sessions)
    thanked = set(moved.values_list("cause", flat=True))
    return next((one for cause, one in sessions.items() if cause not in thanked), None)


def award_mentor(*, session: Session, at: datetime) -> bool:
    """Reward who taught a new teacher, once that teacher's first session is completed (GW-8).

    The mentor is the teacher of the enrollment with which the new one learned the course. Whether
    points moved; safe to repeat. Raises DayIsFull: try again on another day.
    """
    mentor = _mentor_of(session)
    if mentor is None:
        return False
    try:
        mint(
            to=mentor,
            points=points_of(Reason.FIRST_SESSION_MENTOR),
            reason=Reason.FIRST_SESSION_MENTOR,
            cause=f"mentor:{session.teacher_id}",
            subject=session.teacher,
            course=session.course,
            at=at,
        )
    except AlreadyMoved:
        return False
    return True


@transaction.atomic
def award_availability(*, user: User, day: date, at: datetime) -> bool:
    """Reward a day on which a helper was there for an hour: 5 points (rule GW-9).

    ``day``: in the helper's zone. The caller has checked that they were there. Whether points
    moved; safe to repeat. Raises DayIsFull.
    """
    account = lock_goodwill([user])[user.pk]
    # Who moves to another zone may have had the bonus of the day that this one counts for.
    counted = GoodwillTransaction.objects.filter(
        user=user, reason=Reason.AVAILABILITY_BONUS, on_date=day_of(account, at)
    )
    if counted.exists():
        return False
    try:
        require_helper(user, None)
        mint(
            to=user,
            points=points_of(Reason.AVAILABILITY_BONUS),
            reason=Reason.AVAILABILITY_BONUS,
            cause=f"availability:{user.pk}:{day}",
            at=at,
        )
    except (AlreadyMoved, NotAHelper):
        return False
    return True


def _mentor_of(session: Session) -> User | None:
    """Who earned the award, if the session is the first that its teacher held."""
    held = Session.objects.filter(teacher=session.teacher_id, status=Session.Status.COMPLETED)
    first = held.order_by("ended_at", "pk").values_list("pk", flat=True).first()
    if session.status != Session.Status.COMPLETED or first != session.pk:
        return None
    rows = StudentTeacher.objects.filter(user=session.teacher_id, course=session.course_id)
    if not rows.exists():
        return None
    learned = Enrollment.objects.with_content().filter(
        student=session.teacher_id, course=session.course_id, teacher__isnull=False
    )
    enrollment = learned.select_related("teacher").order_by("created_at").first()
    mentor = enrollment.teacher if enrollment else None
    if mentor is None or not _may_earn(mentor, session.course, session.teacher_id):
        return None
    return mentor


def _may_earn(mentor: User, course: Course, subject_id: UUID) -> bool:
    try:
        require_helper(mentor, course)
    except NotAHelper:
        return False
    return not share_money(mentor.pk, subject_id)


def _extra_help(session_id: UUID) -> str:
    return f"extra-help:{session_id}"
