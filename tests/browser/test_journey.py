"""The whole loop in the browser: learn, certify, teach, earn.

A new member takes a course of the demo with a teacher of the demo, becomes a teacher, teaches the
next new member and is paid. Everything is done on pages; the test only moves the clock.
"""

import re
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Locator, Page, expect

from tests.browser.clock import DemoClock
from tests.browser.conftest import Address
from tests.browser.person import Person
from tests.browser.pictures import connected, sees
from tests.browser.steps import (
    Shot,
    book_first_free,
    enter_room,
    heading,
    open_student,
    pay,
    read_mail,
    sign_in,
    sign_up,
    start_of,
    until_seen,
)

COURSE = "Drawing to Think"
PRICE = "$240.00"
SESSIONS = 3
# 70 % of one of three sessions.
SHARE = "$56.00"
CREATOR, CREATOR_EMAIL = "Freja Nørgaard", "frejanorgaard@members.peerloop.test"
TEACHER, TEACHER_EMAIL = "Sipho Dlamini", "sipho_dlamini@members.peerloop.test"
ADMIN_EMAIL = "admin@demo.peerloop.test"
NIA, NIA_EMAIL = "Nia Adeyemi", "nia@people.peerloop.test"
OLU, OLU_EMAIL = "Olu Bright", "olu@people.peerloop.test"
SCREEN = {"width": 1280, "height": 800}
TEN_MINUTES = timedelta(minutes=10)


class Journey:
    """The users of the journey and their browsers."""

    def __init__(self, person: Callable[..., Person], clock: DemoClock, shot: Shot) -> None:
        self.arrive = person
        self.clock = clock
        self.shot = shot
        self.steps = 0

    def person(self, name: str, zone: str = "UTC") -> Person:
        """A user with a 1280 pixel wide screen and reduced motion."""
        return self.arrive(name, viewport=SCREEN, timezone_id=zone, reduced_motion="reduce")

    def show(self, page: Page, name: str) -> None:
        """Save a screenshot of a step."""
        self.steps += 1
        self.shot(page, f"journey-{self.steps:02}-{name}")


def test_a_new_member_learns_is_certified_teaches_and_is_paid(
    person: Callable[..., Person], stack: Address, shot: Shot
) -> None:
    journey = Journey(person, DemoClock(stack), shot)
    nia = journey.person(NIA, "Europe/Lisbon")
    teacher = journey.person(TEACHER, "Africa/Johannesburg")
    creator = journey.person(CREATOR, "Europe/Copenhagen")
    sign_in(teacher, TEACHER_EMAIL)
    sign_in(creator, CREATOR_EMAIL)

    _nia_finds_and_buys(journey, nia)
    _they_meet_for_the_first_session(journey, nia, teacher)
    _they_finish_the_course(journey, nia, teacher)
    _nia_is_certified(journey, nia, teacher, creator)
    _nia_becomes_a_teacher(journey, nia, creator)
    _nia_teaches_olu(journey, nia)
    _nia_is_paid(journey, nia)


def _nia_finds_and_buys(journey: Journey, nia: Person) -> None:
    page = sign_up(nia, NIA_EMAIL)
    journey.show(page, "dashboard of a newcomer")
    page.get_by_role("searchbox", name="Search courses").fill("drawing")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("courses? for “drawing”"))).to_be_visible()
    journey.show(page, "search")
    page.get_by_role("link", name=COURSE).click()
    heading(page, COURSE)
    journey.show(page, "course")
    page.get_by_role("complementary").get_by_role("link", name="Enroll").click()
    heading(page, "Choose your teacher and pay")
    page.get_by_role("radio", name=TEACHER).check()
    journey.show(page, "enroll")
    pay(page, PRICE)
    expect(page.get_by_role("heading", name="You are enrolled")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("main")).to_contain_text(TEACHER)
    journey.show(page, "enrolled")


def _they_meet_for_the_first_session(journey: Journey, nia: Person, teacher: Person) -> None:
    page = nia.page
    page.get_by_role("link", name="Book your first session").click()
    journey.show(page, "book")
    start = book_first_free(page)
    expect(page.get_by_role("button", name=re.compile("^Join opens at"))).to_be_disabled()
    journey.show(page, "session ahead")
    journey.clock.move_to(start - timedelta(minutes=5))
    open_student(teacher.page, NIA).get_by_role("link").first.click()
    assert start_of(teacher.page) == start
    _meet(journey, teacher=teacher, student=nia, words="Shall we draw a house first?")
    expect(page.get_by_role("main")).to_contain_text("You were together for 10 min")
    journey.show(page, "session held")


def _meet(journey: Journey, *, teacher: Person, student: Person, words: str) -> None:
    """Both join, see each other's video and chat; the teacher ends the session."""
    pages = (student.page, teacher.page)
    student.page.reload()
    for who in (student, teacher):
        who.check_accessibility()
        enter_room(who.page)
    for page in pages:
        connected(page)
    for page in pages:
        sees(page)
    teacher.page.get_by_role("button", name="Chat", exact=True).click()
    teacher.page.get_by_role("textbox", name="Message").fill(words)
    teacher.page.get_by_role("button", name="Send").click()
    student.page.get_by_role("button", name="Chat").click()
    expect(student.page.get_by_role("log")).to_contain_text(words)
    for page, who in ((pages[0], "student"), (pages[1], "teacher")):
        journey.show(page, f"room of the {who}")
    journey.clock.advance(TEN_MINUTES)
    student.page.get_by_role("button", name="Leave").click()
    expect(student.page.get_by_role("heading", name="You left the room")).to_be_visible()
    teacher.page.get_by_role("button", name="Leave").click()
    teacher.page.get_by_role("button", name="End it for both").click()
    start_of(teacher.page)
    student.page.get_by_role("link", name="Go to the session").click()
    until_seen(student.page, student.page.get_by_text("How was it?"))


def _they_finish_the_course(journey: Journey, nia: Person, teacher: Person) -> None:
    page = nia.page
    page.get_by_role("link", name="Back to the course").click()
    heading(page, COURSE)
    page.get_by_role("button", name="Mark as done").click()
    expect(page.get_by_role("progressbar", name="1 of 3 modules")).to_be_visible()
    journey.show(page, "course room")
    for number in range(2, SESSIONS + 1):
        page.goto("/learn")
        page.get_by_role("link", name=re.compile("^Book next session")).click()
        start = book_first_free(page)
        journey.clock.move_to(start + timedelta(minutes=61))
        _complete_by_hand(teacher)
        page.goto("/learn")
        page.get_by_role("link", name=COURSE, exact=True).click()
        if number < SESSIONS:
            page.get_by_role("button", name="Mark as done").click()
            expect(page.get_by_role("progressbar", name=f"{number} of 3 modules")).to_be_visible()
    expect(page.get_by_role("progressbar", name="3 of 3 modules")).to_be_visible()
    journey.show(page, "course completed")


def _complete_by_hand(teacher: Person) -> None:
    """The teacher completes the session by hand, since the room recorded no attendance."""
    page = teacher.goto("/teach/sessions")
    page.get_by_role("link", name="Past").click()
    page.get_by_role("row").filter(has_text=NIA).first.get_by_role("link").click()
    page.get_by_role("button", name="Complete the session").click()
    expect(page.get_by_text("Completed by hand")).to_be_visible()


def _nia_is_certified(journey: Journey, nia: Person, teacher: Person, creator: Person) -> None:
    row = open_student(teacher.page, NIA)
    journey.show(teacher.page, "students")
    row.get_by_role("button", name="Recommend mastery").click()
    expect(open_student(teacher.page, NIA)).to_contain_text("mastery")
    page = creator.goto("/create/approvals")
    request = page.get_by_role("listitem").filter(has_text=NIA).filter(has_text="mastery")
    journey.show(page, "approvals")
    _decide(page, request, "Issue certificate", "Issued")
    nia.goto("/certificates")
    journey.show(nia.page, "certificates")
    nia.page.get_by_role("link", name=re.compile("mastery certificate")).click()
    visitor = journey.person("A visitor")
    page = visitor.goto(nia.page.url)
    expect(page.get_by_text("This certificate is valid")).to_be_visible()
    heading(page, NIA)
    expect(page.get_by_role("main")).to_contain_text(COURSE)
    journey.show(page, "certificate")


def _decide(page: Page, request: Locator, answer: str, state: str) -> None:
    """The creator approves; the row stays and shows the decision."""
    row = page.locator(f"#{request.get_attribute('id')}")
    request.get_by_role("button", name=answer).click()
    expect(row).to_contain_text(state)


def _nia_becomes_a_teacher(journey: Journey, nia: Person, creator: Person) -> None:
    page = nia.page
    page.get_by_role("link", name=COURSE).click()
    page.get_by_role("complementary").get_by_role("link", name="Teach this course").click()
    page.get_by_label("Why you?").fill("I lead workshops, and now I draw in them.")
    journey.show(page, "apply")
    page.get_by_role("button", name=f"Ask {CREATOR} to certify me").click()
    expect(page.get_by_text("Your application is on its way")).to_be_visible()
    creator.goto("/create/approvals")
    applications = creator.page.get_by_role("region", name="Applications to teach")
    request = applications.get_by_role("listitem").filter(has_text=NIA)
    expect(request).to_contain_text("I lead workshops")
    _decide(creator.page, request, "Approve as teacher", "Approved")
    page.goto("/teach")
    page.get_by_role("main").get_by_role("link", name="Set your hours").first.click()
    page.get_by_role("button", name="Weekday evenings").click()
    expect(page.get_by_label("Monday, from")).to_have_value("17:00")
    expect(page.get_by_label("Monday, to")).to_have_value("21:00")
    journey.show(page, "hours")


def _nia_teaches_olu(journey: Journey, nia: Person) -> None:
    olu = journey.person(OLU, "Europe/Berlin")
    page = sign_up(olu, OLU_EMAIL)
    page.goto("/courses/drawing-to-think")
    page.locator("#times").get_by_role("link", name=NIA).click()
    expect(page.get_by_role("radio", name=NIA)).to_be_checked()
    pay(page, PRICE)
    page.get_by_role("link", name="Book your first session").click(timeout=15_000)
    start = book_first_free(page)
    journey.clock.move_to(start - timedelta(minutes=5))
    nia.goto("/dashboard")
    journey.show(nia.page, "dashboard of a teacher")
    nia.page.get_by_role("link", name="Open session").click()
    _meet(journey, teacher=nia, student=olu, words="Welcome, Olu!")


def _nia_is_paid(journey: Journey, nia: Person) -> None:
    page = nia.page
    journey.clock.advance(timedelta(days=8))
    page.goto("/earnings")
    page.get_by_role("link", name="Connect your account").click()
    page.get_by_role("button", name="Connect a payout account").click()
    nia.check_accessibility()
    page.get_by_role("button", name="Complete the account").click()
    expect(page.get_by_text("Ready for payouts")).to_be_visible()
    journey.show(page, "payout account")
    page.get_by_role("link", name="Go to your earnings").click()
    page.get_by_role("button", name="Ask for a payout").click()
    expect(page.get_by_text(f"{SHARE} asked for")).to_be_visible()
    journey.show(page, "payout asked")
    _admin_pays(journey)
    page.reload()
    payouts = page.get_by_role("table", name="Your payouts, newest first")
    expect(payouts.get_by_role("row").nth(1)).to_contain_text("Paid")
    expect(payouts.get_by_role("row").nth(1)).to_contain_text(SHARE)
    journey.show(page, "paid")
    mail = read_mail(page, NIA_EMAIL, f"{SHARE} is on its way to you")
    expect(mail.get_by_role("main")).to_contain_text(SHARE)
    journey.show(page, "payout mail")


def _admin_pays(journey: Journey) -> None:
    admin = journey.person("Ada Kowalska")
    page = sign_in(admin, ADMIN_EMAIL, to="/admin/")
    page.get_by_role("link", name="Payouts", exact=True).first.click()
    page.get_by_role("row").filter(has_text=NIA).get_by_role("checkbox").check()
    page.get_by_label("Action:").select_option("Process the selected payouts")
    page.get_by_role("button", name="Go", exact=True).click()
    page.get_by_label(re.compile("Type the total")).fill("56.00")
    page.get_by_label("Reason").fill("Payouts of the week")
    journey.show(page, "admin types the total")
    page.get_by_role("button", name=f"Send {SHARE}").click()
    expect(page.get_by_role("row").filter(has_text=NIA)).to_contain_text("Paid")


def test_buying_and_booking_need_no_javascript(person: Callable[..., Person], shot: Shot) -> None:
    ida = person("Ida Plain", viewport=SCREEN, java_script_enabled=False)
    page = sign_up(ida, "ida@people.peerloop.test")

    page.goto("/courses")
    page.get_by_role("searchbox").fill("drawing")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=COURSE).click()
    page.get_by_role("complementary").get_by_role("link", name="Enroll").click()
    page.get_by_role("radio", name="Decide later").check()
    pay(page, PRICE)
    book = page.get_by_role("link", name="Book your first session")
    until_seen(page, book, by=page.get_by_role("link", name="Look again").click)
    shot(page, "journey-plain-enrolled")
    book.click()
    heading(page, "Who should teach you?")
    page.get_by_role("link", name=TEACHER).click()
    book_first_free(page)
    expect(page.get_by_role("complementary").get_by_text(TEACHER)).to_be_visible()
    shot(page, "journey-plain-booked")
