"""What somebody earned with a session, on its page."""

from django.urls import reverse

from accounts.models import User
from billing.actions.checkout import chosen_address
from billing.actions.guards import obstacle
from billing.models import PaymentSplit
from billing.queries.earnings import earned_rows
from peerloop.kit.formats import money_text
from peerloop.kit.text import isolated
from scheduling.models import Session
from scheduling.session_outcomes import Outcome


def earned_in_session(session: Session, viewer: User) -> Outcome | None:
    """Their shares of the part that the session delivered, in cents; None without any."""
    gone = (PaymentSplit.Status.REFUNDED, PaymentSplit.Status.REVERSED)
    rows = list(earned_rows(viewer).filter(session=session).exclude(status__in=gone))
    if not rows:
        return None
    earned = money_text(sum(row.amount_cents for row in rows), rows[0].transaction.currency)
    held_until = [row.releasable_at for row in rows if row.is_held and row.releasable_at]
    return Outcome(
        words=f"You earned {earned} with this session.",
        href=reverse("earned-share", args=[rows[0].pk]),
        label="See where it comes from",
        held_until=max(held_until, default=None),
    )


def course_after_meeting(session: Session, viewer: User) -> Outcome | None:
    """After a free meeting: the course with that teacher, where its student can still buy it."""
    if not session.is_intro or viewer.pk != session.student_id:
        return None
    course, teacher = session.course, session.teacher
    if obstacle(student=viewer, course=course) is not None:
        return None
    name, title = isolated(teacher.name), isolated(course.title)
    return Outcome(
        title=f"Got on well with {name}?",
        words=f"{title} with {name} is {money_text(course.price_cents, course.currency)}. "
        "Leave within 7 days of the first session and you get everything back.",
        href=chosen_address(course.slug, teacher.pk, None),
        label="Choose a time",
    )


OUTCOMES = [earned_in_session, course_after_meeting]
