"""A creator sends a newsletter and sees how far it has come without pressing anything."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.steps import sign_in
from tests.browser.tour import NARROW

SUBJECT = "Three exercises for the weekend"


def test_progress_of_a_newsletter_is_shown_until_it_has_left(
    person: Callable[..., Person],
) -> None:
    clara = person("Clara", viewport=NARROW)
    page = sign_in(clara, "creator@demo.peerloop.test", to="/create/newsletters")

    page.get_by_role("link", name="Write a newsletter").first.click()
    page.get_by_label("Subject").fill(SUBJECT)
    page.get_by_label("Text").fill("Try the **first** one before Monday.")
    page.get_by_role("button", name="Save draft").click()
    clara.check_accessibility()
    page.get_by_role("link", name="Send or schedule").click()
    clara.check_accessibility()
    page.get_by_role("button", name=re.compile("^Send to ")).click()

    state = page.locator("#newsletter-state")
    expect(state).to_be_visible()
    clara.check_accessibility()
    # Asked again every two seconds; the page itself is not loaded anew.
    page.evaluate("window.sameDocument = true")
    expect(state.locator(".chip")).to_have_text("Sent", timeout=30_000)
    assert page.evaluate("window.sameDocument"), "the page was loaded anew"
    expect(state.get_by_role("progressbar")).to_have_count(0)
    assert "data-hx-trigger" not in (state.evaluate("(one) => one.outerHTML"))
    clara.check_accessibility()
