"""A creator makes a course in the studio."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.person import Person
from tests.browser.steps import heading, sign_in

CREATOR = "creator@demo.peerloop.test"
TEXT = "Bread from four things: flour, water, salt and time. You bake between the sessions."
FOCUSED = """() => {
  const at = document.activeElement;
  // Between the end of the page and its beginning nothing of it has the focus.
  if (at === document.body) return "";
  return (at.labels?.[0]?.innerText || at.innerText || at.ariaLabel || "").trim();
}"""


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus has a name with these words; it has to be seen there."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if words in page.evaluate(FOCUSED):
            expect(page.locator(":focus")).to_be_in_viewport()
            return
    raise AssertionError(f"no Tab leads to {words!r}")


def press(page: Page, words: str) -> None:
    tab_to(page, words)
    page.keyboard.press("Enter")


def write(page: Page, label: str, text: str) -> None:
    tab_to(page, label)
    page.keyboard.type(text)


def test_a_course_is_made_and_published_by_keyboard_only(person: Callable[..., Person]) -> None:
    clara = person("Clara")
    # Chromium's own words when a page is left while the last one fades.
    clara.tolerate("Page already revealed")
    page = sign_in(clara, CREATOR, to="/create")
    press(page, "New course")
    heading(page, "New course")
    write(page, "What is the course called?", "Bread by Hand")
    page.keyboard.press("Enter")
    heading(page, "Bread by Hand")

    write(page, "Description", TEXT)
    tab_to(page, "Category")
    page.keyboard.press("ArrowDown")
    write(page, "How long it takes", "2 sessions")
    expect(page.locator("#saved")).to_contain_text("Saved")
    expect(page.locator("#studio-next")).to_contain_text("Add a picture")
    clara.check_accessibility()

    page.reload()
    expect(page.get_by_label("Description")).to_have_value(TEXT)
    press(page, "Outline")
    expect(page.get_by_role("heading", name="Outline")).to_be_visible()
    for title in ("Folding", "Mixing"):
        write(page, "New module", title)
        page.keyboard.press("Enter")
        expect(page.get_by_label("Title", exact=True)).to_have_value(title)
        press(page, "All modules")
        expect(page.get_by_role("heading", name="Outline")).to_be_visible()
        expect(page.get_by_role("link", name=title)).to_be_visible()
    tab_to(page, "Move Mixing up")
    page.keyboard.press("ArrowUp")
    expect(page.locator("[data-module]").first).to_contain_text("Mixing")
    assert "Move Mixing up" in page.evaluate(FOCUSED)
    clara.check_accessibility()

    press(page, "Do it now")
    expect(page.get_by_role("heading", name="Cover")).to_be_visible()
    press(page, "Draw a cover")
    expect(page.locator(".studio__cover svg")).to_be_visible()
    expect(page.locator("#studio-next")).to_contain_text("Ready to publish")
    press(page, "Publish")

    expect(page.locator("#studio-next")).to_contain_text("In the catalog")
    press(page, "See it in the catalog")
    heading(page, "Bread by Hand")
    clara.check_accessibility()


def test_a_second_tab_is_told_and_loses_no_word(person: Callable[..., Person]) -> None:
    clara = person("Clara")
    clara.tolerate("409")
    first = sign_in(clara, CREATOR, to="/create")
    first.get_by_role("link", name="Minutes That Matter", exact=True).click()
    expect(first.get_by_label("Tagline")).to_be_visible()
    second = clara.context.new_page()
    second.goto(first.url)

    first.get_by_label("Tagline").fill("From the first tab")
    expect(first.locator("#saved")).to_contain_text("Saved")
    expect(first.locator("#revision")).not_to_have_value(second.locator("#revision").input_value())
    second.get_by_label("Tagline").fill("From the second tab")

    expect(second.locator("#saved")).to_contain_text("Changed elsewhere")
    expect(second.get_by_label("Tagline")).to_have_value("From the second tab")
    clara.check_accessibility(second)
    second.get_by_role("button", name="Save mine instead").click()
    expect(second.locator("#toasts")).to_contain_text("Saved.")
    first.reload()
    expect(first.get_by_label("Tagline")).to_have_value("From the second tab")


def test_text_that_was_not_sent_is_offered_again(person: Callable[..., Person]) -> None:
    clara = person("Clara")
    page = sign_in(clara, CREATOR, to="/create")
    page.get_by_role("link", name="Minutes That Matter", exact=True).click()
    tagline = page.get_by_label("Tagline")
    expect(tagline).to_be_visible()
    clara.tolerate("ERR_INTERNET_DISCONNECTED|htmx:afterRequest|htmx:sendError")

    clara.context.set_offline(True)
    tagline.fill("Written in a tunnel")
    expect(page.locator("#saved")).to_contain_text("no connection")
    page.on("dialog", lambda dialog: dialog.accept())
    clara.context.set_offline(False)
    page.goto("/create")
    page.go_back()

    restore = page.get_by_role("button", name="Put it back")
    if restore.is_visible():
        restore.click()
    expect(page.get_by_label("Tagline")).to_have_value("Written in a tunnel")
    expect(page.locator("#saved")).to_contain_text("Saved")
