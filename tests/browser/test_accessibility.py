"""Accessibility of pages for each role: wide and narrow, light and dark."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.person import Person
from tests.browser.steps import DEMO_PASSWORD, heading, sign_in
from tests.browser.tour import WIDE, Tour, Walk

COURSE = "/courses/ai-prompting-mastery"
OTHER_COURSE = "/courses/clear-writing-at-work"
VISITOR = [
    *("/", "/courses", "/courses?q=zzzz", COURSE, "/how-it-works", "/pricing", "/for-creators"),
    *(
        "/about",
        "/changelog",
        "/course-requests",
        "/help-center",
        "/help-center?q=zzzz",
        "/contact",
    ),
    *("/legal/terms", "/legal/privacy"),
    *("/signup", "/login", "/password/reset", "/password/reset/sent", "/password/reset/used"),
    *("/verify-email", "/verify-email/sent", "/verify-email/used", "/dev/mail", "/dev/mail/{id}"),
    *("/creators", "/creators?q=zzzz", "/creators/{id}", "/student-teachers"),
    *("/student-teachers/{id}", "/u/amara_okafor/followers"),
    *("/address/confirm/used", "/address/undo/used", "/account/reopen/used"),
    *("/dev/mail/templates", "/dev/mail/templates/password-reset", "/nowhere"),
]
STUDENT = [
    *("/dashboard", "/learn", "/learn/{id}", "/learn/{id}/cancel", "/learn/{id}/teacher"),
    *("/calendar", "/calendar/month", "/certificates", "/notifications"),
    *("/messages", "/messages/{id}", "/messages/new"),
    *("/settings/profile", "/settings/interests", "/settings/security"),
    *("/settings/notifications", "/settings/blocks", "/settings/privacy"),
    *("/settings/privacy/close", "/settings/security/second-step", "/settings/security/app"),
    *("/settings/security/passkeys/new", "/settings/security/address", "/onboarding"),
    *("/onboarding/people", "/create/apply", "/contact", "/logout"),
    "/teach/apply/ai-prompting-mastery",
]
SESSION = ["", "/join", "/reschedule", "/cancel"]
TEACHER = [
    *("/dashboard", "/teach", "/teach/students", "/teach/availability", "/calendar/month"),
    *("/teach/sessions", "/teach/sessions?show=past", "/sessions/{id}"),
    *("/earnings", "/earnings/shares/{id}", "/settings/payouts"),
    *("/certificates", "/certificates/verify/{id}"),
]
CREATOR = [
    *("/dashboard", "/create", "/create/approvals", "/teach", "/earnings", COURSE),
    *("/create/community", "/create/newsletters", "/create/newsletters/{id}"),
    "/create/newsletters/new",
]
MODERATOR = ["/mod", "/mod/{id}", "/mod?show=decided", "/feed", "/posts/{id}", "/report"]
ADMIN = [
    *(
        "/mod/appeals",
        "/mod/appeals/{id}",
        "/admin/",
        "/admin/accounts/user/",
        "/admin/accounts/user/{id}/change/",
    ),
    *("/admin/accounts/auditentry/", "/admin/accounts/creatorapplication/"),
]

MOST_TABS = 60
# A card or choice draws the focus ring of the control inside it.
SHOWS_FOCUS = """(element) => {
  const rings = [];
  for (let each = element; each; each = each.parentElement) rings.push(getComputedStyle(each));
  return rings.some((ring) => ring.outlineStyle !== "none" && parseFloat(ring.outlineWidth) >= 2);
}"""

Arrive = Callable[..., Person]


def a_tour(person: Arrive, name: str) -> Tour:
    """A tour as a visitor, or as the demo member with that name."""
    visitor = person(name, viewport=WIDE, reduced_motion="reduce", timezone_id="Europe/Lisbon")
    # The browser logs an error for each 404 and 410.
    visitor.tolerate(r"404 .*/nowhere\)$|4(00|10) .*/(password/reset|account/reopen)/used\)$")
    if name != "visitor":
        sign_in(visitor, f"{name}@demo.peerloop.test")
    return Tour(visitor)


@pytest.mark.parametrize(
    ("name", "addresses"),
    [
        ("visitor", VISITOR),
        ("teacher", TEACHER),
        ("creator", CREATOR),
        ("moderator", MODERATOR),
        ("admin", ADMIN),
    ],
    ids=["visitor", "teacher", "creator", "moderator", "admin"],
)
def test_pages_of_visitors_are_accessible(person: Arrive, name: str, addresses: list[str]) -> None:
    tour = a_tour(person, name)

    tour.visit(*addresses)
    tour.follow_the_rest()

    assert not tour.complaints, "\n".join(tour.complaints)


def test_every_page_of_the_admin_site_is_accessible(person: Arrive) -> None:
    ada = person("admin", viewport=WIDE, reduced_motion="reduce")
    sign_in(ada, "admin@demo.peerloop.test", to="/admin/")
    complaints = []

    for _ in Walk(ada.page, ["/admin/"], under="/admin/"):
        try:
            ada.check_accessibility()
        except AssertionError as error:
            complaints.append(str(error))

    assert not complaints, "\n".join(complaints)


def test_pages_of_a_student_are_accessible(person: Arrive) -> None:
    tour = a_tour(person, "student")

    _buy(tour)
    _book(tour)
    tour.visit(*STUDENT)
    tour.follow_the_rest()

    assert not tour.complaints, "\n".join(tour.complaints)


def _buy(tour: Tour) -> None:
    page = tour.page
    tour.visit(f"{OTHER_COURSE}/enroll")
    page.get_by_role("radio", name="Decide later").check()
    page.get_by_role("button", name="Pay ").click()
    heading(page, "Pay $270.00")
    tour.check()
    page.get_by_role("button", name="Pay $").click()
    expect(page.get_by_text("You are enrolled")).to_be_visible(timeout=15_000)
    tour.check()


def _book(tour: Tour) -> None:
    page = tour.page
    page.get_by_role("link", name="Book your first session").click()
    heading(page, "Who should teach you?")
    tour.check()
    page.locator(".rows").get_by_role("link").first.click()
    heading(page, "Book a session")
    tour.check()
    page.locator(".slot").first.click()
    page.get_by_role("button", name="Continue with this time").click()
    heading(page, "Is this right?")
    tour.check()
    page.get_by_role("button", name="Book ").click()
    heading(page, "Your session is booked")
    tour.check()
    session = page.url.removesuffix("/booked")
    tour.visit(*(session + part for part in SESSION))


def test_the_pay_button_is_reached_by_keyboard_alone(person: Arrive) -> None:
    page = person("Noah", viewport=WIDE, reduced_motion="reduce").goto("/login")
    keys = page.keyboard

    _tab_to(page, page.get_by_label("E-mail"))
    keys.type("newcomer@demo.peerloop.test")
    _tab_to(page, page.get_by_label("Password", exact=True))
    keys.type(DEMO_PASSWORD)
    keys.press("Enter")
    heading(page, "Hello, Noah")
    _tab_to(page, page.get_by_role("searchbox"))
    keys.type("drawing")
    keys.press("Enter")
    heading(page, "Find a course")
    _tab_to(page, page.get_by_role("link", name="Skip to the content"))
    keys.press("Enter")
    _tab_to(page, page.get_by_role("link", name="Drawing to Think"))
    keys.press("Enter")
    heading(page, "Drawing to Think")
    _tab_to(page, page.get_by_role("complementary").get_by_role("link", name="Enroll"))
    keys.press("Enter")
    heading(page, "Choose your teacher and pay")
    _tab_to(page, page.get_by_role("radio").first)
    keys.press("ArrowDown")
    expect(page.get_by_role("radio").nth(1)).to_be_checked()
    _tab_to(page, page.get_by_role("button", name="Pay $240.00"))
    keys.press("Enter")
    heading(page, "Pay $240.00")
    _tab_to(page, page.get_by_role("button", name="Pay $240.00"))


def _tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the element has focus; the focus must be visible and within few steps."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if target.evaluate("(element) => element === document.activeElement"):
            break
    expect(target).to_be_focused()
    assert target.evaluate(SHOWS_FOCUS), f"the focus on {target} can't be seen"
