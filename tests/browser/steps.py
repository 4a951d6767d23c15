"""Steps that users take on pages, found by their visible text."""

import re
from collections.abc import Callable
from datetime import datetime

from playwright.sync_api import Locator, Page, expect

from tests.browser.person import Person

Shot = Callable[[Page, str], object]
PASSWORD = "a long and quiet sentence"
DEMO_PASSWORD = "peerloop-demo"
# Mails and enrollments are created by tasks, so they appear with a delay.
PATIENCE_MS, PAUSE_MS = 15_000, 300


def heading(page: Page, words: str) -> None:
    """Wait for the page with that heading."""
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def sign_in(person: Person, email: str, *, to: str = "/dashboard") -> Page:
    """Open a page, sign in as a demo member when asked, and arrive at the page."""
    page = person.goto(to)
    heading(page, "Sign in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(to)
    return page


def sign_up(person: Person, email: str) -> Page:
    """Sign up and verify the address with the mailed link."""
    page = person.goto("/signup")
    page.get_by_label("Your name").fill(person.name)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    heading(page, "What brings you here?")
    page.get_by_role("button", name="Skip for now").click()
    heading(page, f"Hello, {person.name.split()[0]}")
    expect(page.get_by_text("Confirm your address")).to_be_visible()
    mail = read_mail(page, email, "Confirm your e-mail address")
    mail.locator(".mail-text a").first.click()
    confirm(person)
    page.goto("/dashboard")
    expect(page.get_by_text("Confirm your address")).to_have_count(0)
    return page


def confirm(person: Person) -> None:
    """Press the button of the link that proves an address; with scripts it presses itself."""
    page = person.page
    if not person.has_scripts:
        page.get_by_role("button", name="Confirm my address").click()
    expect(page.get_by_text("Your address is confirmed")).to_be_visible()


def read_mail(page: Page, email: str, subject: str | re.Pattern[str]) -> Page:
    """Open the newest mail with that subject on the development page for mails."""
    page.goto(f"/dev/mail?to={email}")
    row = page.get_by_role("main").get_by_role("link", name=subject)
    until_seen(page, row.first)
    row.first.click()
    return page


def until_seen(page: Page, locator: Locator, *, by: Callable[[], object] | None = None) -> None:
    """Reload until the element is visible."""
    for _ in range(PATIENCE_MS // PAUSE_MS):
        if locator.count():
            break
        page.wait_for_timeout(PAUSE_MS)
        (by or page.reload)()
    expect(locator).to_be_visible()


def pay(page: Page, price: str) -> None:
    """Pay on the local provider's page, from the enroll page to the success page."""
    page.get_by_role("button", name=f"Pay {price}").click()
    heading(page, f"Pay {price}")
    page.get_by_role("button", name=f"Pay {price}").click()
    expect(page).to_have_url(re.compile(r"/enroll/success\?"))


def book_first_free(page: Page) -> datetime:
    """Book the first free time and open the session; returns its start."""
    heading(page, "Book a session")
    page.locator(".slot").first.click()
    page.get_by_role("button", name="Continue with this time").click()
    heading(page, "Is this right?")
    page.get_by_role("button", name=re.compile("^Book ")).click()
    heading(page, "Your session is booked")
    page.get_by_role("link", name="Go to the session").click()
    return start_of(page)


def start_of(page: Page) -> datetime:
    """The start of the session on the page."""
    expect(page).to_have_url(re.compile(r"/sessions/[0-9a-f-]{36}$"))
    return datetime.fromisoformat(
        str(page.locator("#meet-when time").first.get_attribute("datetime"))
    )


def enter_room(page: Page) -> None:
    """From the session's page through the device check into the room."""
    page.get_by_role("link", name="Join the session").click()
    expect(page.locator("[data-check]")).to_be_visible()
    page.get_by_role("button", name="Join the session").click()
    expect(page).to_have_url(re.compile(r"/sessions/[0-9a-f-]{36}/room$"))


def open_student(page: Page, student: str) -> Locator:
    """A teacher's row of one student."""
    page.goto("/teach/students")
    return page.get_by_role("row").filter(has_text=student)
