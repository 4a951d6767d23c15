"""Uploading a profile picture and media in the browser."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, expect

from accounts.tests.uploads import pdf, photo
from tests.browser.person import Person
from tests.browser.steps import heading, sign_in

PICTURE = FilePayload(name="me.jpg", mimeType="image/jpeg", buffer=photo(6))
SOURCES = re.compile(r"/pictures/[0-9a-f]{40}/128\.webp 1x, ")
SEND = re.compile("^(Upload|Replace) picture$")
# Waits until the picture is loaded; fails when it can't be decoded.
IS_DRAWN = "async (image) => { await image.decode(); return image.naturalWidth > 0; }"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_picture_is_cropped_and_shown(person: Callable[..., Person], scripts: bool) -> None:
    rosa = person("Rosa", java_script_enabled=scripts)
    page = sign_in(rosa, "sipho_dlamini@members.peerloop.test", to="/settings/profile")

    page.get_by_label("New picture").set_input_files(PICTURE)
    page.get_by_label("Which part to keep").select_option("top")
    page.get_by_role("button", name=SEND).click()

    expect(page.get_by_text("Your new picture is shown.")).to_be_visible()
    shown = page.locator("#id_picture img.avatar")
    expect(shown).to_have_attribute("srcset", SOURCES)
    if scripts:
        assert shown.evaluate(IS_DRAWN)


def test_a_file_over_the_limit_is_refused_before_the_upload(
    person: Callable[..., Person], tmp_path: Path
) -> None:
    freja = person("Freja")
    page = sign_in(freja, "frejanorgaard@members.peerloop.test", to="/settings/profile")
    large = tmp_path / "large.pdf"
    large.write_bytes(pdf() + bytes(51 * 1024 * 1024))
    chosen = page.get_by_label("Picture or PDF")

    chosen.set_input_files(large)
    page.get_by_role("button", name="Add file").click()
    expect(page.get_by_text("50 MB is the most.")).to_be_visible()
    freja.check_accessibility()

    paper = FilePayload(name="cv.pdf", mimeType="application/pdf", buffer=pdf())
    chosen.set_input_files(paper)
    page.get_by_role("button", name="Add file").click()
    expect(page.get_by_role("link", name="cv")).to_be_visible()
    page.get_by_role("link", name="As others see me").click()
    heading(page, "Freja Nørgaard")
