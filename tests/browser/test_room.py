"""Two users in the local video room: video, chat, reload, leaving (ROOM-1 to ROOM-6)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.conftest import Address
from tests.browser.person import Person
from tests.browser.pictures import connected, sees, until
from tests.browser.scene import a_lesson_now, attendance_events_of

TRACKS = """() => document.querySelector('[data-video="other"]').srcObject.getTracks()
  .map((track) => track.kind).sort()"""
# A fake screen to share: changing colours, without a window.
A_SCREEN = """() => { navigator.mediaDevices.getDisplayMedia = async () => {
  const canvas = Object.assign(document.createElement("canvas"), {width: 640, height: 360});
  const pen = canvas.getContext("2d");
  setInterval(() => {
    pen.fillStyle = `hsl(${Date.now() / 10 % 360} 80% 50%)`;
    pen.fillRect(0, 0, 640, 360);
    pen.fillStyle = "white";
    pen.fillRect(20, 20, 90, 90);
  }, 50);
  return canvas.captureStream(20);
}; }"""
# Keeps what the page gets, and what it asks for.
DEVICES = """(() => {
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  window.given = []; window.asked = [];
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    window.asked.push(JSON.stringify(wanted));
    if (window.isUnplugged) throw new DOMException("no", "NotFoundError");
    const stream = await ask(wanted);
    window.given.push(...stream.getTracks());
    return stream;
  };
})();"""
# As when a device is unplugged, which can't be done to a fake one.
UNPLUG = """(kind) => {
  const track = window.given.findLast((one) => one.kind === kind && one.readyState === "live");
  track.stop();
  track.dispatchEvent(new Event("ended"));
}"""
NO_DEVICES = """navigator.mediaDevices.getUserMedia = async () => {
  throw new DOMException("no", "NotAllowedError");
};"""


@dataclass
class Meeting:
    """Tom and Sam, each on the device check of their session."""

    tom: Person
    sam: Person
    session: str
    data_dir: Path
    sockets: list[WebSocketRoute]

    @property
    def path(self) -> str:
        return f"/sessions/{self.session}"

    def enter(self, who: Person) -> Page:
        page = who.goto(f"{self.path}/join")
        page.get_by_role("button", name="Join the session").click()
        expect(page).to_have_url(f"{self.path}/room")
        return page

    def both_enter(self) -> tuple[Page, Page]:
        tom, sam = self.enter(self.tom), self.enter(self.sam)
        for page in (tom, sam):
            connected(page)
        return tom, sam


@pytest.fixture
def meeting(person: Callable[..., Person], stack: Address) -> Meeting:
    made = a_lesson_now(stack.data_dir)
    people = []
    for name, mail in (("Tom", "teacher"), ("Sam", "student")):
        people.append(person(name, viewport={"width": 1280, "height": 800}))
        # Logged by the browser when a page is left before it is rendered.
        people[-1].tolerate("ViewTransition")
        people[-1].context.set_default_timeout(30_000)
        page = people[-1].goto("/login")
        page.get_by_label("E-mail").fill(made[mail])
        page.get_by_label("Password", exact=True).fill(made["password"])
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page).to_have_url("/dashboard")
    sockets: list[WebSocketRoute] = []

    def passed_on(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.append(socket)

    people[1].context.route_web_socket(re.compile("/live/room"), passed_on)
    return Meeting(people[0], people[1], made["session"], stack.data_dir, sockets)


def test_a_whole_session(meeting: Meeting) -> None:
    tom, sam = meeting.both_enter()
    for page, who in ((tom, meeting.tom), (sam, meeting.sam)):
        sees(page)
        assert page.evaluate(TRACKS) == ["audio", "video"]
        who.check_accessibility()

    _they_write(tom, sam)
    _they_switch_off_and_on(tom, sam)
    _they_share_a_screen(tom, sam)

    sam.reload()
    _they_are_together_again(tom, sam)
    expect(sam.locator("[data-chat-lines]")).to_contain_text("<b>Hello</b> Sam")
    tom.reload()
    _they_are_together_again(tom, sam)
    _the_socket_disconnects(meeting, tom, sam)

    _they_leave(meeting, tom, sam)


def test_both_write_notes_at_once_beside_the_videos(meeting: Meeting) -> None:
    tom, sam = meeting.both_enter()
    for page in (tom, sam):
        page.get_by_role("button", name="Notes", exact=True).click()
    for page, words in ((tom, "From Tom"), (sam, "From Sam")):
        page.get_by_role("textbox", name="Notes").press_sequentially(words)
    for page in (tom, sam):
        expect(page.get_by_role("textbox", name="Notes")).to_have_value(
            re.compile("From Tom.*From Sam|From Sam.*From Tom", re.DOTALL)
        )
    meeting.sam.check_accessibility()

    tom.get_by_role("textbox", name="Goal of this session").fill("A page that sells")
    tom.get_by_role("button", name="Save the page").click()
    expect(sam.get_by_role("textbox", name="Goal of this session")).to_have_value(
        "A page that sells"
    )
    expect(tom).to_have_url(re.compile("/room$"))


def test_the_other_person_is_large_and_devices_are_changed_inside(meeting: Meeting) -> None:
    tom, sam = meeting.both_enter()
    other = sam.locator('[data-tile="other"]').bounding_box()
    own = sam.locator('[data-tile="self"]').bounding_box()
    assert other
    assert own
    assert other["width"] * other["height"] > 10 * own["width"] * own["height"]

    sam.get_by_role("button", name="Choose camera and microphone").click()
    microphones = sam.get_by_label("Microphone", exact=True)
    first, second = microphones.locator("option").evaluate_all("all => all.map(o => o.value)")[:2]
    microphones.select_option(second if microphones.input_value() == first else first)
    sam.get_by_role("button", name="Done").click()
    expect(sam.get_by_role("button", name="Mute", exact=True)).to_be_visible()
    connected(tom)


def _they_write(tom: Page, sam: Page) -> None:
    tom.get_by_role("button", name="Chat", exact=True).click()
    tom.get_by_role("textbox", name="Message").fill("<b>Hello</b> Sam")
    tom.get_by_role("button", name="Send").click()
    expect(sam.locator("[data-chat-count]")).to_have_text("1 new")
    sam.get_by_role("button", name="Chat").click()
    expect(sam.locator("[data-chat-lines]")).to_contain_text("<b>Hello</b> Sam")
    sam.get_by_role("button", name="Close the chat").click()


def _they_switch_off_and_on(tom: Page, sam: Page) -> None:
    other = sam.locator('[data-tile="other"]')
    tom.get_by_role("button", name="Camera off").click()
    tom.get_by_role("button", name="Mute", exact=True).click()
    expect(other).to_have_attribute("data-picture", "false")
    expect(other).to_have_attribute("data-muted", "true")
    tom.get_by_role("button", name="Camera on").click()
    tom.get_by_role("button", name="Unmute").click()
    expect(other).to_have_attribute("data-picture", "true")
    expect(other).to_have_attribute("data-muted", "false")
    sees(sam)


def _they_share_a_screen(tom: Page, sam: Page) -> None:
    tom.evaluate(A_SCREEN)
    tom.get_by_role("button", name="Share").click()
    expect(sam.locator('[data-tile="screen"]')).to_be_visible()
    sees(sam, "screen")
    tom.get_by_role("button", name="Stop sharing").click()
    expect(sam.locator('[data-tile="screen"]')).to_be_hidden()


def _they_are_together_again(*pages: Page) -> None:
    for page in pages:
        connected(page)
        sees(page)


def _the_socket_disconnects(meeting: Meeting, tom: Page, sam: Page) -> None:
    """The socket disconnects: the video continues and the chat is restored."""
    before = len(meeting.sockets)
    meeting.sockets[-1].close(code=4000, reason="cut")
    until(sam, lambda: len(meeting.sockets), lambda count: count > before)
    _they_are_together_again(tom, sam)
    tom.get_by_role("button", name="Chat", exact=True).click()
    tom.get_by_role("textbox", name="Message").fill("Still there?")
    tom.get_by_role("button", name="Send").click()
    expect(sam.locator("[data-chat-lines]")).to_contain_text("Still there?")


def _they_leave(meeting: Meeting, tom: Page, sam: Page) -> None:
    sam.get_by_role("button", name="Leave").click()
    expect(sam.get_by_role("heading", name="You left the room")).to_be_visible()
    expect(tom.locator("[data-wait]")).to_be_visible()
    tom.get_by_role("button", name="Leave").click()
    tom.get_by_role("button", name="End it for both").click()
    expect(tom).to_have_url(f"{meeting.path}")
    expect(tom.get_by_role("table")).to_contain_text("Sam Student")
    events = attendance_events_of(meeting.data_dir, meeting.session)
    assert {event["kind"] for event in events} == {"click", "joined", "left", "ended"}


def test_a_microphone_that_stops_is_said_and_replaced(meeting: Meeting) -> None:
    meeting.sam.context.add_init_script(DEVICES)
    sam = meeting.enter(meeting.sam)
    until(sam, lambda: sam.evaluate("window.given.length"), lambda count: count >= 2)
    region = sam.locator('[role="status"][data-problem]')
    before = sam.evaluate("window.asked.length")

    sam.evaluate(UNPLUG, "audio")

    expect(region).to_contain_text("Your microphone stopped.")
    expect(region).to_contain_text("is used now.")
    expect(sam.get_by_role("button", name="Mute", exact=True)).to_be_visible()
    (asked,) = sam.evaluate("(count) => window.asked.slice(count)", before)
    assert "deviceId" not in asked
    tracks = "window.given.filter((one) => one.kind === 'audio' && one.readyState === 'live')"
    assert sam.evaluate(f"{tracks}.map((one) => one.enabled)") == [True]

    sam.evaluate("window.isUnplugged = true")
    sam.evaluate(UNPLUG, "audio")
    expect(region).to_contain_text("Your microphone stopped. Microphone: None was found.")
    expect(sam.get_by_role("button", name="Unmute")).to_be_visible()


def test_without_a_camera_on_a_phone(meeting: Meeting) -> None:
    sam = meeting.sam.page
    # The browser says so where the page was still fading in.
    meeting.sam.tolerate("Transition was aborted .* Viewport size changed")
    sam.set_viewport_size({"width": 390, "height": 844})
    sam.add_init_script(NO_DEVICES)

    meeting.both_enter()

    sees(sam)
    expect(sam.locator("[data-problem]")).to_contain_text("You can still listen and write.")
    expect(meeting.tom.page.locator('[data-tile="other"]')).to_have_attribute(
        "data-picture", "false"
    )
    for name in ("Unmute", "Camera on", "Chat", "Leave"):
        box = sam.get_by_role("button", name=name, exact=True).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 844
        assert min(box["width"], box["height"]) >= 44
    width, window = sam.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width <= window
    meeting.sam.check_accessibility()
