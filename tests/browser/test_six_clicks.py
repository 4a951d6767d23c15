"""From the front page to a booked session: the clicks are counted, without those into fields.

A stranger needs six at most, account, mail and card included; a member three. Phones and wide
screens, with scripts and without.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.clock import DemoClock
from tests.browser.conftest import Address
from tests.browser.person import Person
from tests.browser.steps import PASSWORD, Shot, heading, read_mail

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
DEVICES = [
    pytest.param(PHONE, True, id="phone"),
    pytest.param(DESK, True, id="desk"),
    pytest.param(PHONE, False, id="phone-plain"),
    pytest.param(DESK, False, id="desk-plain"),
]
MOST_OF_A_STRANGER, MOST_OF_A_MEMBER = 6, 3
ENTER = "Enter"


class Clicks:
    """Clicks, or presses of the Enter key on what has the focus, with their number."""

    def __init__(self, *, by_keyboard: bool = False) -> None:
        self.number = 0
        self.by_keyboard = by_keyboard

    def on(self, locator: Locator) -> None:
        """Click it once."""
        self.number += 1
        if self.by_keyboard:
            locator.focus()
            expect(locator).to_be_focused()
            locator.press(ENTER)
        else:
            locator.click()


def an_address(name: str) -> str:
    """An address without an account."""
    return f"{name}-{uuid4().hex[:12]}@people.peerloop.test"


def choose_time(clicks: Clicks, person: Person, clock: DemoClock) -> Page:
    """The next free time of the first course on the front page."""
    # The front page keeps its times for a minute, in which another test may have booked one.
    clock.advance(timedelta(minutes=2))
    page = person.goto("/")
    clicks.on(page.locator(".course-card__free").first)
    heading(page, "Book and pay")
    expect(page.locator("#chosen-time")).to_be_visible()
    return page


def pay_and_book(clicks: Clicks, page: Page) -> None:
    """Pay on our page and on the provider's; the session is booked then."""
    clicks.on(page.get_by_role("button", name=re.compile(r"^Pay \$.* and book ")))
    clicks.on(page.get_by_role("button", name=re.compile(r"^Pay \$")))
    expect(page.get_by_role("heading", name="You are booked")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("link", name="Go to the session")).to_be_visible()


def sign_up_in_checkout(clicks: Clicks, page: Page, name: str, email: str) -> None:
    """Fill the three fields of an account."""
    page.get_by_label("Your name").fill(name)
    page.locator("#id_email").fill(email)
    page.locator("#id_password").fill(PASSWORD)
    clicks.on(page.get_by_role("button", name="Create my account and go on"))
    expect(page.get_by_role("heading", name="Confirm your address")).to_be_visible()


@pytest.mark.parametrize(("screen", "scripts"), DEVICES)
def test_a_stranger_books_a_session_in_six_clicks(
    person: Callable[..., Person],
    stack: Address,
    shot: Shot,
    request: pytest.FixtureRequest,
    screen: dict[str, int],
    scripts: bool,
) -> None:
    kind, clicks = request.node.callspec.id, Clicks()
    nia = person("Nia Adeyemi", viewport=screen, java_script_enabled=scripts)
    email = an_address("nia")
    page = choose_time(clicks, nia, DemoClock(stack))
    chosen = page.locator("#chosen-time time").first.get_attribute("datetime")
    if scripts:
        expect(page.locator("#hold")).to_contain_text(re.compile(r"Held for you until .*\d:\d\d"))
        nia.check_accessibility()
    shot(page, f"six-clicks-{kind}-stranger")

    sign_up_in_checkout(clicks, page, "Nia Adeyemi", email)
    if scripts:
        nia.check_accessibility()
    shot(page, f"six-clicks-{kind}-waits")
    mail = read_mail(nia.context.new_page(), email, "Confirm your e-mail address")
    clicks.on(mail.locator(".mail-text a").first)
    if scripts:
        # The page that waits notices it by itself, and the mail leads to the same.
        pay = re.compile(r"^Pay \$.* and book ")
        expect(mail.get_by_role("button", name=pay)).to_be_visible()
        expect(page.get_by_role("button", name=pay)).to_be_visible()
        nia.check_accessibility()
    else:
        clicks.on(mail.get_by_role("button", name="Confirm my address"))
        page = mail
    shot(page, f"six-clicks-{kind}-pays")
    pay_and_book(clicks, page)

    assert page.locator("main time").first.get_attribute("datetime") == chosen
    assert clicks.number <= MOST_OF_A_STRANGER


@pytest.mark.parametrize(("screen", "scripts"), DEVICES)
def test_a_member_books_a_session_in_three_clicks(
    person: Callable[..., Person],
    stack: Address,
    shot: Shot,
    request: pytest.FixtureRequest,
    screen: dict[str, int],
    scripts: bool,
) -> None:
    kind, clicks = request.node.callspec.id, Clicks()
    member = a_new_member(person, screen, scripts)
    page = choose_time(clicks, member, DemoClock(stack))
    if scripts:
        member.check_accessibility()
    shot(page, f"six-clicks-{kind}-member")
    pay_and_book(clicks, page)
    assert clicks.number <= MOST_OF_A_MEMBER


def a_new_member(person: Callable[..., Person], screen: dict[str, int], scripts: bool) -> Person:
    """Somebody who is signed in, with a confirmed address, and in no course."""
    ida = person("Ida Plain", viewport=screen, java_script_enabled=scripts)
    email = an_address("ida")
    page = ida.goto("/signup")
    page.get_by_label("Your name").fill("Ida Plain")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    heading(page, "What brings you here?")
    mail = read_mail(page, email, "Confirm your e-mail address")
    mail.locator(".mail-text a").first.click()
    if not scripts:
        page.get_by_role("button", name="Confirm my address").click()
    expect(page.get_by_text("Your address is confirmed")).to_be_visible()
    return ida


def test_the_way_to_a_session_needs_no_mouse(person: Callable[..., Person], stack: Address) -> None:
    kim = person("Kim Keys", viewport=DESK)
    clicks = Clicks(by_keyboard=True)
    page = choose_time(clicks, kim, DemoClock(stack))
    email = an_address("kim")
    sign_up_in_checkout(clicks, page, "Kim Keys", email)
    mail = read_mail(kim.context.new_page(), email, "Confirm your e-mail address")
    clicks.on(mail.locator(".mail-text a").first)
    pay_and_book(clicks, page)
    assert clicks.number <= MOST_OF_A_STRANGER


def test_on_another_device_the_mail_goes_on_where_one_was(
    person: Callable[..., Person], stack: Address
) -> None:
    clicks, email = Clicks(), an_address("pia")
    pia, phone = person("Pia", viewport=DESK), person("Pia on the phone", viewport=PHONE)
    page = choose_time(clicks, pia, DemoClock(stack))
    sign_up_in_checkout(clicks, page, "Pia Phone", email)
    mail = read_mail(phone.page, email, "Confirm your e-mail address")
    mail.locator(".mail-text a").first.click()
    # Nobody is signed in there, so nothing presses itself: a mail program could do so too.
    mail.get_by_role("button", name="Confirm my address").click()
    heading(mail, "Sign in")

    expect(page.get_by_role("button", name=re.compile(r"and book"))).to_be_visible()
    mail.get_by_label("E-mail").fill(email)
    mail.get_by_label("Password", exact=True).fill(PASSWORD)
    mail.get_by_role("button", name="Sign in", exact=True).click()
    heading(mail, "Book and pay")
    expect(mail.locator("#hold")).to_contain_text("Held for you")


def test_an_address_with_an_account_signs_in_on_the_same_page(
    person: Callable[..., Person], stack: Address
) -> None:
    sam = person("Sam", viewport=PHONE)
    page = choose_time(Clicks(), sam, DemoClock(stack))
    sam.tolerate("422")
    chosen = page.locator("#chosen-time time").first.get_attribute("datetime")
    page.get_by_label("Your name").fill("Sam Newcomer")
    page.locator("#id_email").fill("newcomer@demo.peerloop.test")
    page.locator("#id_password").fill("a sentence that is long")
    page.get_by_role("button", name="Create my account and go on").click()
    expect(page.get_by_text("has an account already").first).to_be_visible()
    sam.check_accessibility()
    page.locator("#sign_in_password").fill("peerloop-demo")
    page.get_by_role("button", name="Sign in and go on").click()
    expect(page.get_by_role("button", name=re.compile(r"and book"))).to_be_visible()
    assert page.locator("#chosen-time time").first.get_attribute("datetime") == chosen


def test_a_held_time_counts_down_and_is_gone_for_the_others(
    person: Callable[..., Person], stack: Address
) -> None:
    first, second = person("First"), person("Second")
    page = choose_time(Clicks(), first, DemoClock(stack))
    expect(page.locator("count-down")).to_have_text(re.compile(r"^(9:5\d|10:00)$"))
    # The link of a card names no teacher, and another one may be free then.
    teacher, start = (page.locator(f"[name={name}]").first for name in ("teacher", "start"))
    query = urlencode({"teacher": teacher.input_value(), "start": start.input_value()})
    address = f"{urlsplit(page.url).path}?{query}"
    other = second.goto(address)
    expect(other.get_by_text("That time is no longer free")).to_be_visible()
    second.check_accessibility()
    other.locator(".callout .time-link").first.click()
    expect(other.locator("#hold")).to_contain_text("Held for you")
    DemoClock(stack).advance(timedelta(minutes=11))
    third = person("Third").goto(address)
    expect(third.locator("#hold")).to_contain_text("Held for you")
