"""What each side thought of a session (rules RATE-1 to RATE-3)."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.models import User
from peerloop.kit.refusals import Conflict, Forbidden, Invalid, WrongMoment
from peerloop.kit.text import clean
from scheduling.models import Session, SessionAssessment

OPEN_FOR = timedelta(days=30)
LONGEST_COMMENT = 2000
PARTS = ("teaching", "interaction", "materials")


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
    """Keep one side's assessment of the other, once, within 30 days (rule RATE-1).

    ``parts`` are the student's optional marks for teaching, interaction and materials. Raises
    WrongMoment before the session is completed, Forbidden after 30 days, Invalid for marks outside
    1 to 5, RatedAlready for a second one. No public figure comes from it (RATE-2).
    """
    if session.status != Session.Status.COMPLETED or session.ended_at is None:
        raise WrongMoment("You can rate a session once it is completed.", status_now=session.status)
    if at > session.ended_at + OPEN_FOR:
        raise Forbidden("A session can be rated for 30 days.", code="rating_closed")
    given = {"rating": rating, **_own_parts(session, by, parts)}
    for name, value in given.items():
        if not 1 <= value <= 5:
            raise Invalid.field(name, "Give a whole number from 1 to 5.")
    comment = clean(comment)
    if len(comment) > LONGEST_COMMENT:
        raise Invalid.field("comment", f"Use at most {LONGEST_COMMENT} characters.")
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


def _own_parts(session: Session, by: User, parts: dict[str, int | None]) -> dict[str, int]:
    """The optional marks; only the student's count."""
    if by.pk != session.student_id:
        return {}
    return {name: value for name in PARTS if (value := parts.get(name)) is not None}
