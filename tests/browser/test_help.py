"""A learner calls for help, and a helper on another page hears it at once."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import expect

from tests.browser.clock import DemoClock
from tests.browser.conftest import Address
from tests.browser.person import Person
from tests.browser.steps import heading, sign_in

# What people would call at once, on a machine that runs other tests as well.
SOON_MS = 3_000
CALL_MS = 20_000


def test_a_call_is_heard_answered_and_thanked_for(
    person: Callable[..., Person], stack: Address
) -> None:
    clock = DemoClock(stack)
    sofia, jonas = person("Sofia"), person("Jonas")
    his = sign_in(jonas, "teacher@demo.peerloop.test", to="/help")
    expect(his.get_by_label("I am available to help")).to_be_checked()
    jonas.check_accessibility()
    his.goto("/calendar")
    hers = sign_in(sofia, "student@demo.peerloop.test", to="/help")
    sofia.check_accessibility()

    hers.get_by_role("button", name="Call for help").first.click()
    heading(hers, "Help")
    call = his.get_by_role("alert")
    expect(call).to_contain_text("Sofia Marques needs help", timeout=SOON_MS)
    jonas.check_accessibility()
    call.get_by_role("button", name="Answer").click()
    expect(his.get_by_role("heading", name="You are helping Sofia Marques")).to_be_visible()
    here = hers.get_by_role("heading", name="Jonas Lindqvist is here to help")
    expect(here).to_be_visible(timeout=SOON_MS)
    sofia.check_accessibility()

    for page in (hers, his):
        page.get_by_role("link", name="Meet in the room").click()
        heading(page, "Call with Jonas Lindqvist" if page is hers else "Call with Sofia Marques")
    for page in (hers, his):
        tile = page.locator('[data-tile="other"]')
        expect(tile).to_have_attribute("data-picture", "true", timeout=CALL_MS)

    clock.advance(timedelta(minutes=6))
    for page in (hers, his):
        page.get_by_role("button", name="Leave").click()
        page.get_by_role("link", name="Go to the call").click()
    hers.get_by_label("Points for your helper").fill("20")
    hers.get_by_role("button", name="Thank and close").click()
    expect(hers.get_by_text("You thanked with 20 points.")).to_be_visible()
    expect(his.get_by_text("You earned 20 points.")).to_be_visible(timeout=SOON_MS)
