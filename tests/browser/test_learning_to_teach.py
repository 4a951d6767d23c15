"""From homework that came back to the application to teach: each page names the same next step."""

import re
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Locator, Page, expect

from tests.browser.clock import DemoClock
from tests.browser.conftest import Address
from tests.browser.person import Person
from tests.browser.steps import book_first_free, heading, sign_in, start_of
from tests.browser.tour import NARROW

COURSE, HOMEWORK = "AI Prompting Mastery", "A prompt that somebody else can use"
ALICE, ALICE_EMAIL = "Alice Nguyen-Smith", "alice_ns@members.peerloop.test"


def next_card(page: Page) -> Locator:
    """The one next step of the page."""
    return page.locator("section.next")


def test_a_learner_hands_in_again_finishes_and_applies_to_teach(
    person: Callable[..., Person], stack: Address
) -> None:
    clock = DemoClock(stack)
    alice = person("Alice", viewport=NARROW, timezone_id="UTC", reduced_motion="reduce")
    teacher = person("Jonas", timezone_id="UTC", reduced_motion="reduce")
    creator = person("Amara", timezone_id="UTC", reduced_motion="reduce")
    sign_in(alice, ALICE_EMAIL, to="/learn")
    sign_in(teacher, "teacher@demo.peerloop.test", to="/teach/homework")
    sign_in(creator, "creator@demo.peerloop.test", to="/create/approvals")
    alice.page.get_by_role("link", name=COURSE, exact=True).click()
    heading(alice.page, COURSE)
    room = alice.page.url

    _quiz_and_homework(alice, teacher, room)
    _the_last_sessions(alice, teacher, clock, room)
    _certified(alice, creator, room)
    _applies(alice, room)


def _quiz_and_homework(alice: Person, teacher: Person, room: str) -> None:
    page = alice.page
    page.get_by_role("link", name="Quiz: Asking well").click()
    page.get_by_label("What the answer is for").check()
    page.get_by_label("Give the source and ask to quote it").check()
    page.get_by_label("Your answer to question 3").fill("A letter of condolence.")
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("Being marked").first).to_be_visible()

    _hand_in(alice, room, "Act as an editor.")
    _answer(teacher, "Ask for it again", "Say who reads it.")
    page.goto(room)
    expect(next_card(page)).to_contain_text("Hand in your homework again")
    alice.check_accessibility()
    next_card(page).get_by_role("link", name="Read the feedback").click()
    page.get_by_role("link", name=HOMEWORK).first.click()
    expect(page.get_by_text("Say who reads it.")).to_be_visible()
    _hand_in(alice, room, "Act as an editor of letters to my neighbors.")
    _answer(teacher, "Approve", "Yes.")


def _hand_in(alice: Person, room: str, words: str) -> None:
    page = alice.goto(room)
    page.get_by_role("link", name=HOMEWORK).first.click()
    page.get_by_label("Your text").fill(words)
    page.get_by_role("button", name=re.compile("^Hand in")).click()
    expect(page.get_by_text("Handed in", exact=True).first).to_be_visible()


def _answer(teacher: Person, answer: str, words: str) -> None:
    page = teacher.goto("/teach/homework")
    page.get_by_role("link", name=HOMEWORK).filter(visible=True).first.click()
    expect(page.get_by_role("main")).to_contain_text(ALICE)
    page.get_by_label(re.compile("^Feedback")).fill(words)
    text = page.url
    page.get_by_role("button", name=answer).click()
    expect(page).not_to_have_url(text)


def _the_last_sessions(alice: Person, teacher: Person, clock: DemoClock, room: str) -> None:
    page = alice.goto(room)
    ahead = next_card(page).get_by_role("link", name="Open session")
    if ahead.count():
        expect(next_card(page)).to_contain_text("With Jonas Lindqvist, session 4 of 5.")
        ahead.click()
        start = start_of(page)
    else:
        # Another test moved the clock past the session that the demo has.
        next_card(page).get_by_role("link", name="Choose a time").click()
        start = book_first_free(page)
    session = page.url
    clock.move_to(start + timedelta(minutes=61))
    _complete(teacher, session)

    page.goto(room)
    expect(next_card(page)).to_contain_text("Say how your session was")
    next_card(page).get_by_role("link", name="Book the next one").click()
    clock.move_to(book_first_free(page) + timedelta(minutes=61))
    session = page.url
    _complete(teacher, session)

    page.goto(session)
    page.get_by_role("radio", name="Excellent").check()
    page.get_by_role("button", name="Send the rating").click()
    expect(next_card(page)).to_contain_text("Your certificate is with the creator")


def _complete(teacher: Person, session: str) -> None:
    page = teacher.goto(session)
    page.get_by_role("button", name="Complete the session").click()
    expect(page.get_by_text("Completed by hand")).to_be_visible()


def _certified(alice: Person, creator: Person, room: str) -> None:
    page = alice.goto(room)
    expect(page.get_by_text("Step 2 of 4: certify")).to_be_visible()
    asked = creator.goto("/create/approvals")
    row = asked.get_by_role("listitem").filter(has_text=ALICE)
    row.get_by_role("button", name="Issue certificate").click()
    expect(row).to_contain_text("Issued")
    page.goto("/certificates")
    expect(page.get_by_role("main")).to_contain_text("Issued")
    expect(page.get_by_role("main")).to_contain_text(COURSE)


def _applies(alice: Person, room: str) -> None:
    page = alice.goto(room)
    expect(page.get_by_text("Step 3 of 4: teach")).to_be_visible()
    expect(next_card(page)).to_contain_text("You are certified. $63.00 a session; two students")
    next_card(page).get_by_role("link", name="Apply to teach").click()
    page.get_by_label("Why you?").fill("I write prompts all day, and now others ask me how.")
    page.get_by_role("button", name=re.compile("to certify me$")).click()
    expect(page.get_by_text("Your application is on its way")).to_be_visible()
    page.goto("/dashboard")
    expect(next_card(page)).to_contain_text("Your application to teach is with the creator")
    alice.check_accessibility()
