"""Binds the declarations of all apps, and event handlers to the events of lower layers."""

from importlib import import_module
from importlib.util import find_spec

from accounts.events import (
    FileRemoved,
    MailsChanged,
    MemberFollowed,
    MemberJoined,
    MemberLeft,
    MemberSuspended,
    MemberUnfollowed,
    SignInEnded,
)
from accounts.files import purposes
from accounts.incoming.inbox import on_event
from accounts.notifications import kinds
from accounts.notifications.mail.sources import with_source
from accounts.notifications.webhooks import apply_resend_event
from billing import handlers as billing
from billing import stripe_events
from catalog import handlers as catalog
from catalog.events import CoursePublished, CourseTransferred
from catalog.studio import panels
from community.events import ReplyHelped
from community.feeds import handlers as feeds
from community.feeds import told_of_replies
from community.moderators import handlers as moderators
from community.newsletters import handlers as newsletters
from community.newsletters.notifications import NEWSLETTER, NEWSLETTER_TEST
from community.newsletters.words import NewsletterWords, TestWords
from goodwill.points import handlers as points
from goodwill.referrals import handlers as referrals
from learning import handlers as learning
from learning import next_in_course
from learning.events import (
    EnrollmentCancelled,
    EnrollmentOpened,
    TeacherCertified,
    TeacherSwitchedOn,
    TeacherUnassigned,
)
from peerloop.kit import (
    demo,
    invariants,
    navigation,
    overview,
    personal_data,
    reportable,
    roles,
    sweeps,
)
from peerloop.kit.events import when
from peerloop.live_streams import recheck_streams_of
from scheduling import handlers as scheduling
from scheduling import room_events, session_outcomes
from scheduling.events import SessionCancelled, SessionCompleted, SessionRescheduled

# From the lowest layer up. A new app adds one line here.
APPS = (
    "accounts",
    "accounts.files",
    "accounts.identity",
    "accounts.sanctions",
    "accounts.privacy",
    "accounts.members",
    "catalog",
    "catalog.inquiries",
    "catalog.content_requests",
    "learning",
    "scheduling",
    "billing",
    "community.moderators",
    "community.feeds",
    "community.conversations",
    "community.newsletters",
    "community.moderation",
    "community.hub",
    "goodwill.points",
    "goodwill.promotions",
    "goodwill.summons",
    "goodwill.referrals",
    "goodwill.rewards",
    "peerloop",
)
# What an app may declare: the module in its folder, the name in that module, and the registry.
# Without a name, every value of the module is passed to the registry, which ignores other types.
DECLARED = (
    ("roles", "ROLES", roles.declare_roles),
    ("navigation", "LINKS", navigation.declare),
    ("navigation", "COUNTERS", roles.declare_counters),
    ("notifications", "", kinds.declare),
    ("files", "PURPOSES", purposes.declare),
    ("outcomes", "OUTCOMES", session_outcomes.declare),
    ("next_words", "NEXT_WORDS", next_in_course.declare),
    ("studio_panels", "PANELS", panels.declare),
    ("reply_outcomes", "REPLY_OUTCOMES", told_of_replies.declare),
    ("reportable", "REPORTABLE", reportable.declare),
    ("personal_data", "TABLES", personal_data.declare),
    ("personal_data", "OBSTACLES", personal_data.declare_obstacles),
    ("personal_data", "ERASING_STEPS", personal_data.declare_erasing_steps),
    ("personal_data", "LAST_ERASING_STEPS", personal_data.declare_last_erasing_steps),
    ("invariants", "INVARIANTS", invariants.declare),
    ("tasks", "SWEEPS", sweeps.declare),
    ("demo", "DEMO", demo.declare),
    ("overview", "WAITS", overview.declare_waits),
    ("overview", "FIGURES", overview.declare_figures),
    ("overview", "HEALTH", overview.declare_health),
)


def declare(app: str) -> None:
    """Bind everything that an app declares in its own folder. Safe to repeat."""
    for module, name, registry in DECLARED:
        path = f"{app}.{module}"
        if find_spec(path):
            declared = vars(import_module(path))
            registry(declared.get(name, ()) if name else declared.values())


def bind() -> None:
    """Bind all declarations and handlers. Runs once at start; safe to repeat."""
    for app in APPS:
        declare(app)

    # Members and courses
    when(CoursePublished, learning.certify_creator_on_publication)
    when(CourseTransferred, learning.certify_new_creator)
    when(EnrollmentOpened, learning.count_questions_that_led_here)
    when(EnrollmentOpened, feeds.add_follower_on_enrollment)
    when(EnrollmentOpened, feeds.fill_timeline_on_enrollment)
    when(MemberJoined, referrals.note_who_invited)
    when(EnrollmentOpened, referrals.note_invited_student)
    when(EnrollmentCancelled, feeds.remove_follower_on_cancellation)
    when(EnrollmentCancelled, feeds.clear_timeline_on_cancellation)
    when(TeacherCertified, feeds.fill_timeline_of_teacher)
    when(TeacherSwitchedOn, feeds.fill_timeline_of_teacher)
    when(MemberFollowed, feeds.fill_timeline_on_follow)
    when(MemberUnfollowed, feeds.clear_timeline_on_unfollow)

    # Signing out ends what is open
    when(SignInEnded, scheduling.recheck_rooms_of)
    when(SignInEnded, recheck_streams_of)

    # Members who close their account
    when(MemberLeft, moderators.end_appointments_of_departed_member)
    when(MemberLeft, catalog.retire_courses_of_departed_member)
    when(MemberLeft, newsletters.stop_newsletters_of_departed)
    when(MemberLeft, billing.forget_payers_of_departed)

    # Newsletters
    with_source(NEWSLETTER.template, NewsletterWords())
    with_source(NEWSLETTER_TEST.template, TestWords())
    when(MailsChanged, newsletters.follow_mails)
    when(MemberSuspended, newsletters.stop_newsletters_of_suspended)

    # Sessions
    when(FileRemoved, scheduling.forget_removed_recording)
    when(MemberSuspended, scheduling.cancel_sessions_of_suspended)
    when(TeacherUnassigned, scheduling.cancel_sessions_without_teacher)
    when(SessionCancelled, scheduling.fill_waiting_modules_after)
    when(SessionCancelled, scheduling.close_cancelled_room)
    when(SessionRescheduled, scheduling.fill_waiting_modules_after)
    when(SessionCompleted, billing.earn_part)
    when(SessionCompleted, points.look_for_mentor)

    # Points
    when(ReplyHelped, points.award_who_helped)

    # Events of providers, from the inbox
    on_event("resend", apply_resend_event)
    on_event("stripe", stripe_events.process_event)
    for provider in room_events.PROVIDERS:
        on_event(provider, room_events.process_event)
