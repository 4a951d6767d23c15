"""Checks of the video that a participant sees of the other."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

SEES = """(name) => {
  const video = document.querySelector(`[data-video="${name}"]`);
  const frames = video.getVideoPlaybackQuality().totalVideoFrames;
  if (!video.videoWidth || !frames) return {frames, colours: 0};
  const canvas = Object.assign(document.createElement("canvas"), {width: 64, height: 36});
  const picture = canvas.getContext("2d");
  picture.drawImage(video, 0, 0, 64, 36);
  const {data} = picture.getImageData(0, 0, 64, 36);
  const colours = new Set();
  for (let at = 0; at < data.length; at += 4) colours.add(data.slice(at, at + 3).join());
  return {frames, colours: colours.size};
}"""


def connected(page: Page) -> None:
    """Wait until the room shows that the call is connected."""
    expect(page.locator("[data-link]")).to_have_text("Connected", timeout=15_000)


def sees(page: Page, name: str = "other") -> None:
    """Wait until the video shows a moving picture."""
    first = until(page, lambda: page.evaluate(SEES, name), lambda seen: seen["colours"] > 1)
    until(
        page,
        lambda: page.evaluate(SEES, name),
        lambda seen: seen["frames"] > first["frames"] + 5,
    )


def until(page: Page, look: Callable[[], Any], good: Callable[[Any], bool]) -> Any:
    """Poll until the condition holds; the CSP of the page forbids waiting inside it."""
    for _ in range(75):
        seen = look()
        if good(seen):
            return seen
        page.wait_for_timeout(200)
    raise AssertionError(f"after 15 s still {seen}")
