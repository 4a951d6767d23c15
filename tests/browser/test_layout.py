"""Pages keep their layout with long names, large text, forced colours, and while they load."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Literal

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Address
from tests.browser.person import Person
from tests.browser.scene import long_names, names_as_before
from tests.browser.steps import sign_in
from tests.browser.tour import NARROW, WIDE, Walk

COURSE = "/courses/ai-prompting-mastery"
STARTS = {
    "visitor": ["/", "/courses?q=zzzz", "/signup", "/password/reset", "/nowhere"],
    "student": ["/dashboard", f"{COURSE}/enroll", "/teach/apply/ai-prompting-mastery"],
    "teacher": ["/dashboard", "/teach/sessions?show=past"],
    "creator": ["/dashboard", "/create/approvals"],
}
# 320 px is a page of 1,280 px at 400 % (WCAG 1.4.10); text is doubled (1.4.4) on both screens.
SIZES = ((320, 100), (1280, 200), (390, 200))
WIDER = """() => {
  const {scrollWidth, clientWidth} = document.documentElement;
  return scrollWidth - clientWidth;
}"""
ENLARGE = "(percent) => { document.documentElement.style.fontSize = `${percent}%`; }"
SHIFTS = """
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) if (!each.hadRecentInput) window.shifted += each.value;
  }).observe({type: "layout-shift", buffered: true});
"""
LARGEST_SHIFT = 0.02
STROKE = "(element) => getComputedStyle(element).strokeWidth"

Arrive = Callable[..., Person]


@pytest.fixture(scope="module")
def _long_names(stack: Address) -> Iterator[None]:
    """Every name and title in the demo world is one word of a hundred letters."""
    long_names(stack.data_dir)
    yield
    names_as_before(stack.data_dir)


@pytest.mark.usefixtures("_long_names")
@pytest.mark.parametrize("name", STARTS)
def test_no_page_scrolls_sideways_with_long_names_and_large_text(person: Arrive, name: str) -> None:
    somebody = person(name, reduced_motion="reduce")
    somebody.tolerate(r"404 .*/nowhere\)$")
    if name != "visitor":
        sign_in(somebody, f"{name}@demo.peerloop.test")
    page, wider = somebody.page, []

    for path in Walk(page, STARTS[name]):
        for width, percent in SIZES:
            page.set_viewport_size({"width": width, "height": 800})
            page.evaluate(ENLARGE, percent)
            if (pixels := page.evaluate(WIDER)) > 0:
                wider.append(f"{path} is {pixels} px wider than {width} px at {percent} % text")

    assert not wider, "\n".join(wider)


@pytest.mark.parametrize("path", ["/", "/courses", COURSE, "/creators", "/student-teachers"])
def test_nothing_moves_while_a_page_loads_slowly(person: Arrive, path: str) -> None:
    olga = person("Olga", viewport=NARROW, timezone_id="America/Argentina/Buenos_Aires")
    page = olga.page
    page.add_init_script(SHIFTS)
    page.route("**/*.js*", lambda route: _late(page, route))
    page.route("**/*.woff2", lambda route: _late(page, route))

    page.goto(path)
    page.wait_for_timeout(500)

    assert page.evaluate("window.shifted") <= LARGEST_SHIFT


def _late(page: Page, route: Route) -> None:
    page.wait_for_timeout(400)
    route.continue_()


def _shades(element: Locator) -> set[str]:
    """Whether the middle row of an element is dark, light or both, without its edges."""
    picture = Image.open(BytesIO(element.screenshot())).convert("L")
    row = [picture.getpixel((x, picture.height // 2)) for x in range(4, picture.width - 4)]
    return {"dark" if shade < 128 else "light" for shade in row}  # type: ignore[operator]


def test_choice_and_progress_are_told_in_forced_colours(person: Arrive) -> None:
    sam = person("student", forced_colors="active")
    sign_in(sam, "student@demo.peerloop.test")
    page = sam.page

    later = page.locator(".ring--40 .ring__arc--later").first
    now = page.locator(".ring--40 .ring__arc--now").first
    assert later.evaluate(STROKE) != now.evaluate(STROKE)
    begun = page.locator("progress[value]:not([value='0'])").first
    assert _shades(begun) == {"dark", "light"}
    page.goto("/learn")
    page.get_by_role("link", name="Book next session").first.click()
    for chosen in (".week__day[aria-current]", ".stepper__step[aria-current] > .stepper__mark"):
        expect(page.locator(chosen)).to_have_css("outline-style", "solid")
    for plain in (".week__day:not([aria-current])", ".slot :not(:checked) + span"):
        expect(page.locator(plain).first).to_have_css("outline-style", "none")
    page.locator(".slot").first.click()
    expect(page.locator(".slot :checked + span")).to_have_css("outline-style", "solid")


def test_headings_stand_at_one_height_and_what_is_beside_them_is_centred(person: Arrive) -> None:
    tom = person("teacher", viewport=WIDE)
    sign_in(tom, "teacher@demo.peerloop.test")
    page, heights, beside = tom.page, {}, []

    for path in ("/dashboard", "/teach", "/teach/students", "/earnings", "/calendar", "/learn"):
        page.goto(path)
        h1 = page.locator("h1").bounding_box() or {}
        heights[path] = round(h1["y"])
        actions = page.locator(".page-head > .actions")
        if actions.count():
            box = actions.bounding_box() or {}
            beside.append(abs(box["y"] + box["height"] / 2 - h1["y"] - h1["height"] / 2))

    assert len(set(heights.values())) == 1, heights
    assert beside
    assert max(beside) <= 1
    bell = page.locator(".topbar .icon-button:has(.badge) > .icon").last.bounding_box() or {}
    picture = page.locator(".topbar .avatar").bounding_box() or {}
    middle = picture["y"] + picture["height"] / 2
    assert abs(bell["y"] + bell["height"] / 2 - middle) <= 1


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_a_progress_bar_can_be_read(person: Arrive, width: int) -> None:
    sam = person("student", viewport={"width": width, "height": 800})
    sign_in(sam, "student@demo.peerloop.test")

    bar = sam.page.locator("progress").first.bounding_box() or {}

    assert bar["width"] >= 96


def test_a_toast_on_a_phone_covers_no_button_of_the_page(person: Arrive) -> None:
    sam = person("student", viewport=NARROW)
    sign_in(sam, "student@demo.peerloop.test", to="/settings/profile")
    page = sam.page
    # The scripts that show toasts come with the page.
    page.wait_for_load_state()

    page.evaluate(
        "document.dispatchEvent(new CustomEvent('toast', "
        "{detail: {level: 'ok', text: 'Your profile is saved.'}}))"
    )
    toast = page.locator("#toasts .toast").bounding_box() or {}
    page.get_by_role("button", name="Save").first.scroll_into_view_if_needed()
    button = page.get_by_role("button", name="Save").first.bounding_box() or {}

    assert toast["y"] + toast["height"] < button["y"]


@pytest.mark.parametrize(("device", "chosen"), [("light", "dark"), ("dark", "light")])
def test_a_cover_follows_the_theme_that_is_chosen(
    person: Arrive, device: Literal["dark", "light"], chosen: str
) -> None:
    olga = person("Olga", color_scheme=device)
    page = olga.goto("/courses")
    cover = page.locator("img.cover").first
    before = _brightness(cover)

    page.locator(f".footer button[value={chosen}]").click()
    page.wait_for_url("**/courses")

    assert (_brightness(cover) < before) == (chosen == "dark")


def _brightness(element: Locator) -> int:
    """Of the upper left of an element."""
    picture = Image.open(BytesIO(element.screenshot())).convert("L")
    return int(picture.getpixel((20, 20)))  # type: ignore[arg-type]
