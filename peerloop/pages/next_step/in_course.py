"""The next step in one course, where only its enrollment is known."""

from datetime import datetime
from uuid import UUID

from accounts.models import User
from peerloop.pages.next_step.deciding import next_step
from peerloop.pages.next_step.facts import Facts
from peerloop.pages.next_step.reading import course_taken, sessions_ahead
from peerloop.pages.next_step.steps import NextStep
from scheduling.queries import module_titles_of

# Sessions ahead among which one of the course is looked for.
MOST_SESSIONS = 20


def next_step_in(
    enrollment_id: UUID, student: User, *, at: datetime, with_rating: bool = True
) -> NextStep:
    """The next step of the student in this course: three statements.

    ``with_rating``: false where the page asks for the rating itself.
    """
    row = course_taken(student, enrollment_id, at=at)
    found = sessions_ahead(student, most=MOST_SESSIONS, at=at)
    ahead = [one for one in found if one.enrollment_id == enrollment_id]
    return next_step(
        Facts(
            at=at,
            sessions=ahead,
            module_titles=module_titles_of(ahead),
            learning=[row if with_rating else row._replace(to_rate=None)],
        )
    )
