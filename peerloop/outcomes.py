"""What comes after a session for its student, on the session's page."""

from accounts.models import User
from peerloop.kit import clock
from peerloop.pages.next_step.in_course import next_step_in
from scheduling.models import Session
from scheduling.session_outcomes import Outcome


def next_after_session(session: Session, viewer: User) -> Outcome | None:
    """The next step in the course, once the session is rated; None for its teacher.

    The page itself asks for the rating.
    """
    if session.enrollment_id is None or viewer.pk != session.student_id:
        return None
    step = next_step_in(session.enrollment_id, viewer, at=clock.now(), with_rating=False)
    if step.action is None:
        return None
    return Outcome(
        words=step.words,
        href=step.action.href,
        label=step.action.label,
        title=step.title,
        at=step.at,
    )


OUTCOMES = [next_after_session]
