"""Assessments of sessions, and the reminder to rate (rules RATE-1 to RATE-3)."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from peerloop.kit.refusals import Conflict, Forbidden, Invalid, WrongMoment
from peerloop.kit.text import clean
from scheduling.models import Session, SessionAssessment, SessionReminder
from scheduling.notifications import notify_to_rate

OPEN_FOR = timedelta(days=30)
MAX_COMMENT_LENGTH = 2000
PARTS = ("teaching", "interaction", "materials")
REMIND_AFTER = timedelta(days=3)
# After a long outage nobody is reminded of what they have forgotten.
REMIND_BEFORE = timedelta(days=10)
BATCH = 100


class RatedAlready(Conflict):
    """Each side rates once."""

    code = "already_rated"
    message = "You have rated this session already."


def rate_session(
    *,
    session: Session,
    by: User,
    rating: int,
    comment: str = "",
    at: datetime,
    **parts: int | None,
) -> SessionAssessment:
    """Store one side's assessment of the other, once, within 30 days (rule RATE-1).

    ``parts`` are the student's optional ratings of teaching, interaction and materials. Raises
    WrongMoment before the session is completed, Forbidden after 30 days, Invalid for ratings
    outside 1 to 5, RatedAlready for a second one. A free meeting is rated by nobody. No public
    figure is made of ratings (RATE-2).
    """
    if session.is_intro:
        raise Forbidden("A free meeting is not rated.", code="intro_not_rated")
    if session.status != Session.Status.COMPLETED or session.ended_at is None:
        raise WrongMoment("You can rate a session once it is completed.", status_now=session.status)
    if at > session.ended_at + OPEN_FOR:
        raise Forbidden("A session can be rated for 30 days.", code="rating_closed")
    given = {"rating": rating, **_own_parts(session, by, parts)}
    for name, value in given.items():
        if not 1 <= value <= 5:
            raise Invalid.field(name, "Give a whole number from 1 to 5.")
    comment = clean(comment)
    if len(comment) > MAX_COMMENT_LENGTH:
        raise Invalid.field("comment", f"Use at most {MAX_COMMENT_LENGTH} characters.")
    try:
        with transaction.atomic():
            return SessionAssessment.objects.create(
                session=session,
                assessor=by,
                assessee=session.counterpart_of(by),
                comment=comment,
                created_at=at,
                updated_at=at,
                **given,
            )
    except IntegrityError as error:
        raise RatedAlready from error


def ask_to_rate(*, at: datetime) -> int:
    """Remind students, once, of sessions not rated after three days; returns how many.

    Safe to repeat and to run concurrently: the row of the reminder, which is unique, is written
    with notification and mail.
    """
    asked = 0
    while count := _ask_batch(at):
        asked += count
    return asked


@transaction.atomic
def _ask_batch(at: datetime) -> int:
    rated = SessionAssessment.objects.filter(session=OuterRef("pk"), assessor=OuterRef("student"))
    reminded = SessionReminder.objects.filter(
        session=OuterRef("pk"), kind=SessionReminder.Kind.TO_RATE
    )
    sessions = list(
        Session.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .filter(
            ~Exists(rated),
            ~Exists(reminded),
            status=Session.Status.COMPLETED,
            ended_at__lte=at - REMIND_AFTER,
            ended_at__gt=at - REMIND_BEFORE,
        )
        .exclude(kind=Session.Kind.INTRO)
        .select_related("course", "teacher", "student", "module")
        .order_by("ended_at", "pk")[:BATCH]
    )
    SessionReminder.objects.bulk_create(
        SessionReminder(
            session=session,
            user=session.student,
            kind=SessionReminder.Kind.TO_RATE,
            for_start=session.scheduled_start,
            sent_at=at,
            created_at=at,
            updated_at=at,
        )
        for session in sessions
    )
    for session in sessions:
        notify_to_rate(session, at=at)
    return len(sessions)


def _own_parts(session: Session, by: User, parts: dict[str, int | None]) -> dict[str, int]:
    """The optional ratings; only a student gives them."""
    if by.pk != session.student_id:
        return {}
    return {name: value for name in PARTS if (value := parts.get(name)) is not None}
