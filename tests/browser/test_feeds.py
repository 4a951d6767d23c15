"""Two members see each other's words in a feed."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.steps import sign_in

# What people would call at once, on a machine that runs other tests as well.
SOON_MS = 3_000


def test_a_new_post_is_announced_at_once_also_after_one_was_offline(
    person: Callable[..., Person],
) -> None:
    sofia, jonas = person("Sofia"), person("Jonas")
    jonas.tolerate(r"ERR_INTERNET_DISCONNECTED|htmx:(afterRequest|sendError)")
    hers = sign_in(sofia, "student@demo.peerloop.test", to="/feed")
    his = sign_in(jonas, "teacher@demo.peerloop.test", to="/feed")
    line = his.get_by_role("link", name="1 new post")

    def write(text: str) -> None:
        hers.get_by_text("Write something…").click()
        expect(hers.get_by_label("What do you want to say or ask?")).to_be_focused()
        hers.keyboard.type(text)
        hers.get_by_role("button", name="Post", exact=True).click()
        expect(hers.get_by_text(text.replace("*", ""))).to_be_visible()

    write("Hello **everybody**, how was your week?")
    expect(line).to_be_visible(timeout=SOON_MS)
    jonas.check_accessibility()
    write("I finished the third module.")
    both = his.get_by_role("link", name="2 new posts")
    expect(both).to_be_visible(timeout=SOON_MS)
    both.click()
    expect(his.locator("strong", has_text="everybody")).to_be_visible()
    expect(both).to_have_count(0)
    expect(hers.get_by_role("link", name="new post")).to_have_count(0)

    jonas.context.set_offline(True)
    write("And what are you working on next?")
    jonas.context.set_offline(False)
    expect(line).to_be_visible(timeout=15_000)
    line.click()
    expect(his.get_by_text("And what are you working on next?")).to_be_visible()


def test_the_composer_opens_by_keyboard_and_with_a_draft_that_was_kept(
    person: Callable[..., Person],
) -> None:
    sofia = person("Sofia")
    page = sign_in(sofia, "student@demo.peerloop.test", to="/feed")
    field = page.get_by_label("What do you want to say or ask?")
    expect(field).to_be_hidden()

    page.get_by_text("Write something…").focus()
    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    sofia.check_accessibility()
    page.keyboard.type("Half a thought")
    page.reload()

    expect(field).to_have_value("Half a thought")
    expect(field).to_be_visible()
