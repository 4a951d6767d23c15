"""The one page that says what happens when: facts of lower floors, reactions of higher ones."""

from accounts.events import MemberSuspended
from accounts.inbox import on_event
from accounts.webhooks import apply_resend_event
from billing import reactions as billing
from billing import stripe_events
from catalog.events import CoursePublished
from community import reactions as community
from learning import reactions as learning
from learning.events import EnrollmentCancelled, EnrollmentOpened, TeacherLeft
from peerloop.kit.facts import when
from scheduling import reactions as scheduling
from scheduling import room_events
from scheduling.events import SessionCancelled, SessionCompleted, SessionMoved


def bind() -> None:
    """Bind all reactions. Runs once at start; safe to repeat."""
    # People and courses
    when(CoursePublished, learning.let_creator_teach)
    when(EnrollmentOpened, community.on_enrollment_opened)
    when(EnrollmentCancelled, community.on_enrollment_cancelled)

    # Sessions
    when(MemberSuspended, scheduling.cancel_ahead_of_suspended)
    when(MemberSuspended, scheduling.send_out_suspended)
    when(TeacherLeft, scheduling.cancel_what_was_booked)
    when(SessionCancelled, scheduling.move_modules_up)
    when(SessionCancelled, scheduling.shut_cancelled_room)
    when(SessionMoved, scheduling.move_modules_up)
    when(SessionCompleted, billing.earn_part)

    # Events of providers, from the inbox
    on_event("resend", apply_resend_event)
    on_event("stripe", stripe_events.handle)
    for provider in room_events.PROVIDERS:
        on_event(provider, room_events.handle)
