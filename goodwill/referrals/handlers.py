"""Event handlers of referrals."""

from accounts.events import MemberJoined
from goodwill.referrals.actions.counting import note_enrolled, note_joined
from learning.events import EnrollmentOpened


def note_who_invited(event: MemberJoined) -> None:
    """Keep who invited the new member."""
    note_joined(user_id=event.user_id, email=event.email, origin=event.origin, at=event.at)


def note_invited_student(event: EnrollmentOpened) -> None:
    """An invited friend takes a course."""
    note_enrolled(student_id=event.student_id)
