"""A person in every state, for the gallery and the tests. Names of states are those of people."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from peerloop.pages.next_step.facts import Ahead, Draft, Duties, Facts, Learning, Money, Taught

AT = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
KEY = UUID("019a0000-0000-7000-8000-000000000001")
DAY = timedelta(days=1)

COURSE = Learning(
    KEY,
    "in_progress",
    60,
    "AI prompting mastery",
    None,
    slug="ai-prompting-mastery",
    modules=4,
    price_cents=32_000,
    course_modules=4,
    held=2,
)
DONE = COURSE._replace(status="completed", progress=100, held=4)
CERTIFIED = DONE._replace(certificate="issued")
SESSION = Ahead(
    KEY, KEY, "course", "scheduled", AT + 2 * DAY, COURSE.course, False, "Tom Becker", "Sam Okafor"
)
TEACHING = Duties(teaching=[Taught(COURSE.course, COURSE.slug, True, 60)], has_hours=True)
MONEY = Money(least_cents=5_000)


def _learns(row: Learning, **facts: Any) -> Facts:
    return Facts(at=AT, learning=[row], **facts)


def _meets(session: Ahead, row: Learning = COURSE) -> Facts:
    facts = _learns(row._replace(upcoming=session.start, booked=1))
    return replace(facts, sessions=[session], module_titles={KEY: "Patterns that last"})


def _teaches(**facts: Any) -> Facts:
    return Facts(at=AT, **{"duties": TEACHING, "money": MONEY, "free_at": AT + DAY, **facts})


SAMPLES: Mapping[str, Facts] = {
    "Newcomer": Facts(at=AT, has_said_interests=False),
    "Newcomer who has not confirmed the address": Facts(at=AT, is_verified=False),
    "Bought, without a time": _learns(COURSE._replace(status="enrolled", held=0, progress=0)),
    "Under way, without a time": _learns(COURSE),
    "One session left": _learns(COURSE._replace(held=3)),
    "Booked": _meets(SESSION),
    "Booked, the last one": _meets(SESSION, COURSE._replace(held=3)),
    "Booked, within a day": _meets(SESSION._replace(start=AT + timedelta(hours=5))),
    "Live": _meets(SESSION._replace(status="in_progress", start=AT - timedelta(minutes=5))),
    "To be rated": _learns(COURSE._replace(to_rate=KEY)),
    "Homework came back": _learns(COURSE._replace(has_work_back=True)),
    "All sessions held, work left": _learns(COURSE._replace(held=4, lacks_work=True)),
    "Last session not settled": _learns(COURSE._replace(held=3, booked=1)),
    "Booking paused": _learns(COURSE._replace(is_blocked=True)),
    "Payment disputed": _learns(COURSE._replace(status="disputed")),
    "Left the course": _learns(COURSE._replace(status="cancelled")),
    "Completed": _learns(
        DONE._replace(certificate="pending", certificate_due=AT + 5 * DAY, has_reviewed=False)
    ),
    "Certified": _learns(CERTIFIED),
    "Applied": _learns(CERTIFIED._replace(application="pending")),
    "Declined": _learns(CERTIFIED._replace(application="declined", decided_at=AT - 3 * DAY)),
    "Approved, without hours": _teaches(free_at=None, duties=replace(TEACHING, has_hours=False)),
    "Hours, but no free time": _teaches(free_at=None),
    "Teaching paused": _teaches(
        free_at=None,
        duties=replace(TEACHING, teaching=[Taught(COURSE.course, COURSE.slug, False, 60)]),
    ),
    "Bookable": _teaches(),
    "Teaches a session": _teaches(
        sessions=[SESSION._replace(is_taught=True, earns_cents=5_600)],
        module_titles={KEY: "Patterns that last"},
    ),
    "With held money": _teaches(
        money=replace(MONEY, held_cents=5_600, next_release_at=AT + 5 * DAY)
    ),
    "Payable": _teaches(money=replace(MONEY, available_cents=22_400, is_account_ready=True)),
    "Payable, without an account": _teaches(money=replace(MONEY, available_cents=22_400)),
    "Homework to answer": _teaches(homework_waiting=3),
    "Teaches what they learned": _learns(CERTIFIED._replace(right=True, taught=2)),
    "Creator with drafts": Facts(
        at=AT,
        is_creator=True,
        duties=Duties(has_course=True, draft=Draft(KEY, "Prompting for teams")),
    ),
    "Creator without a course": Facts(at=AT, is_creator=True),
    "Creator with approvals": Facts(
        at=AT, is_creator=True, duties=Duties(has_course=True, waiting=2)
    ),
    "Moderator": Facts(at=AT, cases_waiting=4),
    "Admin": Facts(at=AT, duties=Duties(for_admins=1)),
}
