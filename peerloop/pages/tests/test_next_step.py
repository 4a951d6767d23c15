"""The one next step: of every state, and of every combination of states."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import resolve
from hypothesis import given
from hypothesis import strategies as st

from peerloop.pages.next_step import Duties, Facts, Kind, Learning, Money, next_step
from peerloop.pages.next_step.facts import Ahead, Draft, Taught
from peerloop.pages.next_step.samples import AT, COURSE, KEY, SAMPLES, SESSION

# State: which step it leads to, and words of it.
TABLE = {
    "Newcomer": (Kind.FIND, "Find something to learn"),
    "Newcomer who has not confirmed the address": (Kind.CONFIRM_ADDRESS, "Send the link again"),
    "Bought, without a time": (Kind.BOOK, "Book your first session"),
    "Under way, without a time": (Kind.BOOK, "Two sessions left, then you are certified"),
    "One session left": (
        Kind.BOOK,
        "One session left: certify. Then $56.00 a session; two students pay the course back.",
    ),
    "Booked": (Kind.SESSION, "With Tom Becker, session 3 of 4."),
    "Booked, the last one": (
        Kind.SESSION,
        "With Tom Becker, your last session. After it you are certified. Then $56.00 a session",
    ),
    "Booked, within a day": (Kind.SESSION_TODAY, "Patterns that last"),
    "Live": (Kind.JOIN, "Join the session"),
    "To be rated": (Kind.RATE, "Rate the session"),
    "Homework came back": (Kind.HAND_IN_AGAIN, "Read the feedback"),
    "All sessions held, work left": (Kind.FINISH_WORK, "Once this is approved you are certified"),
    "Last session not settled": (Kind.SETTLING, "settled"),
    "Booking paused": (Kind.BOOKING_PAUSED, "Ask your teacher"),
    "Payment disputed": (Kind.DISPUTED, "New sessions wait"),
    "Left the course": (Kind.LEFT, "See the course"),
    "Completed": (Kind.CERTIFY, "Your certificate is with the creator"),
    "Certified": (Kind.TEACH, "$56.00 a session; two students pay the course back."),
    "Applied": (Kind.APPLIED, "If it is yes: $56.00 a session"),
    "Declined": (Kind.APPLIED, "You can apply to teach again later"),
    "Approved, without hours": (Kind.SET_HOURS, "Without a free time nobody can book you"),
    "Hours, but no free time": (Kind.OPEN_TIMES, "No time is free"),
    "Teaching paused": (Kind.UNPAUSE, "Nobody can book you until you go on"),
    "Bookable": (Kind.BOOKABLE, "Students can book you"),
    "Teaches a session": (Kind.SESSION, "You teach Sam Okafor and earn $56.00 with it."),
    "With held money": (Kind.HELD, "$56.00 is held for you"),
    "Payable": (Kind.ASK_PAYOUT, "$224.00 can be paid out"),
    "Payable, without an account": (Kind.CONNECT_ACCOUNT, "$224.00 waits for your account"),
    "Homework to answer": (Kind.REVIEW_HOMEWORK, "3 texts to answer"),
    "Teaches what they learned": (Kind.TEACHES, "You get $56.00 a session."),
    "Creator with drafts": (Kind.FINISH_DRAFT, "Prompting for teams"),
    "Creator without a course": (Kind.FIRST_COURSE, "Begin a course"),
    "Creator with approvals": (Kind.DECIDE, "2 requests to look at"),
    "Moderator": (Kind.MODERATE, "4 reports to decide on"),
    "Admin": (Kind.ADMINISTER, "1 payout, refund or application to decide on"),
}

courses = st.builds(
    Learning,
    st.uuids(),
    st.sampled_from(["enrolled", "in_progress", "completed", "cancelled", "disputed"]),
    st.integers(0, 100),
    st.just("A course"),
    st.sampled_from([None, AT + timedelta(days=2)]),
    slug=st.just("a-course"),
    modules=st.integers(1, 12),
    price_cents=st.integers(0, 100_000),
    course_modules=st.integers(0, 12),
    is_blocked=st.booleans(),
    held=st.integers(0, 12),
    booked=st.integers(0, 12),
    lacks_work=st.booleans(),
    has_work_back=st.booleans(),
    to_rate=st.sampled_from([None, KEY]),
    certificate=st.sampled_from([None, "pending", "issued", "declined", "revoked"]),
    right=st.sampled_from([None, True, False]),
    taught=st.integers(0, 3),
    application=st.sampled_from([None, "pending", "approved", "declined", "withdrawn"]),
    decided_at=st.sampled_from([None, AT - timedelta(days=31), AT - timedelta(days=2)]),
    has_reviewed=st.booleans(),
)
sessions = st.builds(
    Ahead,
    st.uuids(),
    st.sampled_from([None, KEY]),
    st.sampled_from(["course", "makeup", "extra", "intro"]),
    st.sampled_from(["scheduled", "in_progress"]),
    st.sampled_from([AT + timedelta(minutes=minutes) for minutes in (-30, 10, 600, 6000)]),
    st.just("A course"),
    st.booleans(),
    st.just("Tom"),
    st.just("Sam"),
    st.sampled_from([None, 5_600]),
)
rights = st.builds(
    Taught, st.just("A"), st.just("a"), st.booleans(), st.sampled_from([30, 60]), st.booleans()
)
people = st.builds(
    Facts,
    at=st.just(AT),
    sessions=st.lists(sessions, max_size=2),
    learning=st.lists(courses, max_size=3),
    duties=st.builds(
        Duties,
        teaching=st.lists(rights, max_size=2),
        waiting=st.integers(0, 2),
        for_admins=st.integers(0, 2),
        has_hours=st.booleans(),
        draft=st.sampled_from([None, Draft(KEY, "A draft")]),
        has_course=st.booleans(),
    ),
    money=st.none()
    | st.builds(
        Money,
        available_cents=st.integers(-5_000, 20_000),
        held_cents=st.integers(0, 5_000),
        next_release_at=st.sampled_from([None, AT + timedelta(days=3)]),
        least_cents=st.sampled_from([1, 5_000]),
        is_account_ready=st.booleans(),
    ),
    free_at=st.sampled_from([None, AT + timedelta(days=1)]),
    is_verified=st.booleans(),
    is_creator=st.booleans(),
    homework_waiting=st.integers(0, 2),
    cases_waiting=st.integers(0, 2),
    has_said_interests=st.booleans(),
)


def spoken(facts: Facts) -> str:
    """Everything that the step says."""
    step = next_step(facts)
    label = step.action.label if step.action else ""
    return " ".join((step.title, step.words, step.course, label))


@pytest.mark.parametrize("state", SAMPLES)
def test_each_state_leads_to_its_step(state: str) -> None:
    kind, words = TABLE[state]

    assert next_step(SAMPLES[state]).kind == kind
    assert words in spoken(SAMPLES[state])


def test_each_kind_of_step_has_a_state() -> None:
    assert {kind for kind, _ in TABLE.values()} == set(Kind)
    assert set(TABLE) == set(SAMPLES)


@given(people)
def test_everybody_has_exactly_one_next_step_and_it_leads_somewhere(facts: Facts) -> None:
    step = next_step(facts)

    assert step == next_step(facts)
    assert step.title
    ways = [way.href for way in (step.action, step.other) if way]
    assert step.action
    assert all(resolve(way.split("#")[0]) for way in ways)
    assert len(set(ways)) == len(ways)


@given(people, courses)
def test_another_course_changes_the_step_only_where_it_is_more_urgent(
    facts: Facts, row: Learning
) -> None:
    alone = next_step(Facts(at=AT, learning=[row]))

    both = next_step(replace(facts, learning=[*facts.learning, row]))

    assert both.kind == min(next_step(facts).kind, alone.kind)


@given(people)
def test_a_session_that_can_be_joined_comes_before_everything(facts: Facts) -> None:
    running = SESSION._replace(status="in_progress")

    step = next_step(replace(facts, sessions=[running, *facts.sessions]))

    assert step.kind == Kind.JOIN


@given(courses)
def test_a_course_alone_always_says_where_it_goes_on(row: Learning) -> None:
    ahead = [SESSION] if row.is_active and row.upcoming else []

    step = next_step(Facts(at=AT, learning=[row], sessions=ahead))

    assert step.kind != Kind.FIND


def test_a_page_of_a_course_does_not_link_to_itself() -> None:
    room = f"/learn/{KEY}"
    settling = next_step(SAMPLES["Last session not settled"]).on(room)
    rating = next_step(SAMPLES["Under way, without a time"]).on(room)

    assert (settling.action, settling.other, settling.course) == (None, None, "")
    assert rating.action
    assert rating.action.label == "Choose a time"
    assert rating.other is None


def test_money_is_what_the_shares_of_the_price_give() -> None:
    odd = COURSE._replace(price_cents=10_001, course_modules=3)

    assert odd.session_cents == 2_333
    assert odd.students_to_pay_back == 2
