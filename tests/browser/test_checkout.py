"""The page on which one chooses a teacher and pays."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.steps import sign_in


def test_the_split_follows_the_teacher_that_is_chosen(person: Callable[..., Person]) -> None:
    noah = person("Noah")
    page = sign_in(noah, "newcomer@demo.peerloop.test")
    page.goto("/courses/ai-prompting-mastery/enroll")
    money = page.locator(".panel", has_text="Where your money goes")

    page.locator("[name=teacher]:not([data-creator])").first.check()
    expect(money.get_by_text("Your teacher")).to_be_visible()
    expect(money.get_by_text("$382.50", exact=True)).to_be_hidden()

    page.locator("[name=teacher][data-creator]").check()
    expect(money.get_by_text("$382.50", exact=True)).to_be_visible()
    expect(money.get_by_text("$67.50", exact=True).locator("visible=true")).to_have_count(1)
    expect(money.get_by_text("Your teacher")).to_be_hidden()
