"""What happens when: events of lower layers, handlers of higher ones."""

from accounts import personal_data as accounts_data
from accounts.events import MemberLeft, MemberSuspended
from accounts.inbox import on_event
from accounts.webhooks import apply_resend_event
from billing import handlers as billing
from billing import mirror, stripe_events
from billing import personal_data as billing_data
from billing.queries.leaving import obstacles as billing_obstacles
from catalog import handlers as catalog
from catalog import personal_data as catalog_data
from catalog.events import CoursePublished
from community import handlers as community
from community import personal_data as community_data
from learning import handlers as learning
from learning import personal_data as learning_data
from learning.events import EnrollmentCancelled, EnrollmentOpened, TeacherLeft
from learning.queries.leaving import obstacles as learning_obstacles
from peerloop.kit import personal_data
from peerloop.kit.events import when
from scheduling import handlers as scheduling
from scheduling import personal_data as scheduling_data
from scheduling import room_events
from scheduling.events import SessionCancelled, SessionCompleted, SessionMoved
from scheduling.queries.leaving import obstacles as scheduling_obstacles


def bind() -> None:
    """Bind all handlers. Runs once at start; safe to repeat."""
    # People and courses
    when(CoursePublished, learning.let_creator_teach)
    when(EnrollmentOpened, community.on_enrollment_opened)
    when(EnrollmentCancelled, community.on_enrollment_cancelled)

    # Who leaves for good
    when(MemberLeft, catalog.retire_courses_of_leaver)
    when(MemberLeft, scheduling.send_out_suspended)
    for obstacles in (learning_obstacles, scheduling_obstacles, billing_obstacles):
        personal_data.obstacle_found_by(obstacles)
    personal_data.erased_also_by(mirror.forget_person)
    personal_data.erased_at_last_by(catalog.forget_name_in_search)
    for data in (
        accounts_data,
        catalog_data,
        learning_data,
        scheduling_data,
        billing_data,
        community_data,
    ):
        personal_data.declare(data.TABLES)

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
