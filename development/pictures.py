"""Makes the pictures of ``docs/images`` anew from a running ``bin/dev``.

``python -m development.pictures [--url http://localhost:8000]``: the twelve main pages with the
demo's data, at a laptop's and a phone's width, as WebP. Safe to repeat; each picture is replaced.
"""

import argparse
import os
import shutil
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from development.layout import PROJECT

FOLDER = PROJECT / "docs" / "images"
PASSWORD = "peerloop-demo"  # noqa: S105  of the demo's accounts, named in the README
QUALITY = 82
SCREENS: dict[str, ViewportSize] = {
    "": {"width": 1280, "height": 860},
    "-phone": {"width": 390, "height": 844},
}


@dataclass(frozen=True, slots=True)
class Shot:
    """A page as somebody sees it. ``through``: the link on ``path`` that leads to it."""

    name: str
    path: str
    account: str = ""
    through: str = ""


SHOTS = (
    Shot("home", "/"),
    Shot("catalog", "/courses"),
    Shot("course", "/courses/ai-prompting-mastery"),
    Shot("teacher", "/student-teachers", through="main a[href^='/student-teachers/']"),
    Shot("checkout", "/courses/ai-prompting-mastery/enroll", "newcomer"),
    Shot("dashboard", "/dashboard", "student"),
    Shot("course-room", "/learn", "student", "main a[href^='/learn/']"),
    Shot("feed", "/feed", "student"),
    Shot("help", "/help", "student"),
    Shot("teaching", "/teach", "teacher"),
    Shot("earnings", "/earnings", "teacher"),
    Shot("new-course", "/create/courses/new", "creator"),
)


def take_pictures(url: str, folder: Path = FOLDER) -> list[Path]:
    """Take all pictures from the server at ``url``; their files."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as library:
        browser = library.chromium.launch(executable_path=_browser(), args=["--no-sandbox"])
        try:
            return [
                file
                for ending, screen in SCREENS.items()
                for account in sorted({shot.account for shot in SHOTS})
                for file in _of_account(browser, url, account, screen, folder, ending)
            ]
        finally:
            browser.close()


def _browser() -> str | None:
    names = (os.environ.get("PEERLOOP_BROWSER", ""), "chromium-headless-shell", "chromium")
    return next(filter(None, map(shutil.which, filter(None, names))), None)


def _of_account(
    browser: Browser, url: str, account: str, screen: ViewportSize, folder: Path, ending: str
) -> list[Path]:
    context = browser.new_context(
        base_url=url, viewport=screen, reduced_motion="reduce", color_scheme="light"
    )
    page = context.new_page()
    if account:
        page.goto("/login")
        page.get_by_label("E-mail").fill(f"{account}@demo.peerloop.test")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url("**/dashboard")
    files = [
        _picture(page, shot, folder / f"{shot.name}{ending}.webp")
        for shot in SHOTS
        if shot.account == account
    ]
    context.close()
    return files


def _picture(page: Page, shot: Shot, file: Path) -> Path:
    page.goto(shot.path)
    if shot.through:
        page.goto(page.locator(shot.through).first.get_attribute("href") or shot.path)
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready")
    # The demo's clock is not what the picture is about.
    page.evaluate("document.querySelector('.demo-banner')?.remove()")
    Image.open(BytesIO(page.screenshot())).save(file, "WEBP", quality=QUALITY, method=6)
    return file


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://localhost:8000", help="where bin/dev answers")
    for made in take_pictures(parser.parse_args().url):
        sys.stdout.write(f"{made.relative_to(PROJECT)}  {made.stat().st_size / 1000:.0f} KB\n")
