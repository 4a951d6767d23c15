"""Two members write to each other, each in a browser of their own."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.person import Person
from tests.browser.steps import heading, sign_in

# What people would call at once, on a machine that runs other tests as well.
SOON_MS = 3_000


def write(page: Page, text: str) -> None:
    """Fill the composer and send."""
    page.get_by_label("Message", exact=True).fill(text)
    page.get_by_role("button", name="Send").click()


def test_two_people_read_each_other_at_once_also_after_one_was_offline(
    person: Callable[..., Person],
) -> None:
    sofia, jonas = person("Sofia"), person("Jonas")
    jonas.tolerate(r"ERR_INTERNET_DISCONNECTED|htmx:(afterRequest|sendError)")
    hers = sign_in(sofia, "student@demo.peerloop.test", to="/messages")
    his = sign_in(jonas, "teacher@demo.peerloop.test", to="/messages")
    hers.get_by_role("link", name="Jonas Lindqvist").click()
    heading(hers, "Jonas Lindqvist")
    his.get_by_role("link", name="Sofia Marques").click()
    heading(his, "Sofia Marques")

    write(hers, "Are you there?")
    expect(his.get_by_text("Are you there?")).to_be_in_viewport(timeout=SOON_MS)
    expect(hers.get_by_text("Are you there?")).to_have_count(1)
    expect(hers.get_by_label("Message", exact=True)).to_have_value("")
    write(his, "I am.")
    expect(hers.get_by_text("I am.")).to_be_in_viewport(timeout=SOON_MS)

    jonas.context.set_offline(True)
    write(hers, "Still?")
    expect(hers.get_by_text("Still?")).to_be_visible()
    jonas.context.set_offline(False)
    expect(his.get_by_text("Still?")).to_have_count(1, timeout=15_000)
    sofia.check_accessibility()


def test_a_text_that_was_not_sent_survives_a_closed_tab(person: Callable[..., Person]) -> None:
    sofia = person("Sofia")
    page = sign_in(sofia, "student@demo.peerloop.test", to="/messages")
    page.get_by_role("link", name="Amara Okafor").click()
    page.get_by_label("Message", exact=True).fill("Half a thought")

    again = sofia.context.new_page()
    again.goto(page.url)
    page.close()

    expect(again.get_by_label("Message", exact=True)).to_have_value("Half a thought")


def test_what_was_not_sent_is_gone_after_signing_out(person: Callable[..., Person]) -> None:
    sofia = person("Sofia")
    page = sign_in(sofia, "student@demo.peerloop.test", to="/messages")
    page.get_by_role("link", name="Amara Okafor").click()
    page.get_by_label("Message", exact=True).fill("Half a thought")

    page.goto("/logout")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()

    assert kept(page) == []


def test_the_next_member_of_a_browser_finds_no_drafts(person: Callable[..., Person]) -> None:
    sofia = person("Sofia")
    page = sign_in(sofia, "student@demo.peerloop.test", to="/messages")
    page.get_by_role("link", name="Amara Okafor").click()
    page.get_by_label("Message", exact=True).fill("Half a thought")
    assert kept(page) != []

    # Her sign-in ends elsewhere: nobody presses Sign out here.
    sofia.context.clear_cookies()
    sign_in(sofia, "student@demo.peerloop.test", to="/messages")
    assert kept(page) != []
    sofia.context.clear_cookies()
    sign_in(sofia, "teacher@demo.peerloop.test", to="/messages")

    assert kept(page) == []


def test_a_text_can_be_seen_before_it_is_sent(person: Callable[..., Person]) -> None:
    sofia = person("Sofia")
    page = sign_in(sofia, "student@demo.peerloop.test", to="/messages")
    page.get_by_role("link", name="Amara Okafor").click()
    page.get_by_label("Message", exact=True).fill("This is **bold**.")

    page.get_by_role("button", name="Preview").click()

    expect(page.get_by_label("Preview").locator("strong")).to_have_text("bold")
    expect(page.get_by_label("Message", exact=True)).to_have_value("This is **bold**.")
    page.get_by_text("How to format").click()
    sofia.check_accessibility()


def kept(page: Page) -> list[str]:
    """What the browser holds of unsent texts."""
    return page.evaluate(
        "[localStorage, sessionStorage].flatMap((kept) =>"
        " Object.keys(kept).filter((name) => name.startsWith('keep:')))"
    )
