"""What mails say of the next step in a course: the words of dashboard and course room."""

from datetime import datetime
from uuid import UUID

from accounts.models import User
from learning.next_in_course import NextWords
from peerloop.pages.next_step.in_course import next_step_in


def next_in_course(enrollment_id: UUID, student: User, at: datetime) -> NextWords | None:
    """The next step without the rating, which these mails ask for themselves."""
    step = next_step_in(enrollment_id, student, at=at, with_rating=False)
    if step.action is None:
        return None
    return NextWords(step.title, step.words, step.action.label, step.action.href)


NEXT_WORDS = [next_in_course]
