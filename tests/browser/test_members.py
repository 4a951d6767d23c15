"""Member settings in the browser: second factor, devices, privacy, blocking, data export."""

import io
import json
import re
import time
import zipfile
from collections.abc import Callable

from playwright.sync_api import Page, expect

from accounts.identity.factors.codes import PERIOD_SECONDS, code_of
from tests.browser.person import Person
from tests.browser.steps import PASSWORD, heading, read_mail, sign_in, sign_up, until_seen

MARA, MARA_EMAIL = "Mara Lindholm", "mara@people.peerloop.test"
BIO = "I rebuild church organs and teach others to hear them."

GONE = "There is nothing at this address"


def test_a_member_secures_her_account_goes_public_is_blocked_and_exports_her_data(
    person: Callable[..., Person],
) -> None:
    mara, other = person(MARA), person("Freja Nørgaard")
    sign_up(mara, MARA_EMAIL)
    sign_in(other, "frejanorgaard@members.peerloop.test")

    _chooses_interests(mara)
    codes = _adds_a_second_factor(mara)
    _signs_out_a_lost_phone(mara, person("Mara's phone"), codes)
    _goes_public(mara, other)
    _is_blocked(mara, other)
    _exports_her_data(mara)


def _chooses_interests(mara: Person) -> None:
    page = mara.goto("/onboarding")
    heading(page, "What brings you here?")
    page.get_by_label("Music").check()
    page.get_by_role("button", name="Next").click()
    heading(page, "People to follow")
    mara.check_accessibility()
    page.get_by_role("button", name="Done").click()
    expect(page).to_have_url(re.compile("/dashboard$"))


def _adds_a_second_factor(mara: Person) -> list[str]:
    page = mara.goto("/settings/security")
    page.get_by_role("link", name="Add an app").click()
    heading(page, "Add an authenticator app")
    mara.check_accessibility()
    key = page.locator(".key-text").inner_text().replace(" ", "")
    mara.tolerate("422")
    page.get_by_label("Code that the app shows").fill("000000")
    page.get_by_role("button", name="Add this app").click()
    expect(page.locator("#id_code")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Code that the app shows").fill(_code(key))
    page.get_by_role("button", name="Add this app").click()
    heading(page, "Keep these recovery codes")
    mara.check_accessibility()
    codes = page.get_by_label("Recovery codes").locator("code").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("link", name="I kept them").click()
    heading(page, "Security")
    expect(page.get_by_text("Your password alone signs nobody in.")).to_be_visible()
    return codes


def _code(key: str) -> str:
    return code_of(key, int(time.time()) // PERIOD_SECONDS)


def _signs_out_a_lost_phone(mara: Person, phone: Person, codes: list[str]) -> None:
    there = phone.goto("/login")
    there.get_by_label("E-mail").fill(MARA_EMAIL)
    there.get_by_label("Password", exact=True).fill(PASSWORD)
    there.get_by_role("button", name="Sign in", exact=True).click()
    heading(there, "One more step")
    phone.check_accessibility()
    # The password alone is not enough to sign in.
    there.goto("/dashboard")
    heading(there, "Sign in")
    there.get_by_label("E-mail").fill(MARA_EMAIL)
    there.get_by_label("Password", exact=True).fill(PASSWORD)
    there.get_by_role("button", name="Sign in", exact=True).click()
    there.locator("#id_code").fill(codes[0])
    there.get_by_role("button", name="Go on").click()
    expect(there).to_have_url(re.compile("/dashboard$"))

    page = mara.goto("/settings/security")
    browsers = page.get_by_label("Browsers").get_by_role("listitem")
    expect(browsers).to_have_count(2)
    mara.check_accessibility()
    browsers.get_by_role("button", name=re.compile("^Sign out")).click()
    expect(browsers).to_have_count(1)
    there.reload()
    heading(there, "Sign in")


def _goes_public(mara: Person, other: Person) -> None:
    page = mara.goto("/settings/profile")
    page.get_by_label("About you").fill(BIO)
    page.get_by_role("button", name="Save profile").click()
    expect(page.get_by_text("Your profile is saved.")).to_be_visible()
    address = _own_page(page)
    theirs = other.goto(address)
    expect(theirs.get_by_text("This profile is private.")).to_be_visible()
    expect(theirs.get_by_text(BIO)).to_have_count(0)

    page.goto("/settings/profile")
    page.get_by_label("Show my profile to everybody").check()
    page.get_by_role("button", name="Save profile").click()
    expect(page.get_by_text("Your profile is saved.")).to_be_visible()
    theirs.reload()
    expect(theirs.get_by_text(BIO)).to_be_visible()
    theirs.get_by_role("button", name="Follow").click()
    expect(theirs.get_by_role("link", name="1 follower")).to_be_visible()


def _own_page(page: Page) -> str:
    address = page.get_by_role("link", name="As others see me").get_attribute("href")
    return str(address).partition("?")[0]


def _is_blocked(mara: Person, other: Person) -> None:
    page = mara.goto("/creators?q=freja+norgard")
    expect(page.get_by_role("link", name="Freja Nørgaard").first).to_be_visible()
    other.page.locator(".profile__head summary").click()
    other.page.get_by_role("button", name="Block").click()
    expect(other.page.get_by_role("button", name="Unblock")).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="Freja Nørgaard")).to_have_count(0)
    mara.tolerate("404")
    page.goto("/u/frejanorgaard")
    heading(page, GONE)


def _exports_her_data(mara: Person) -> None:
    page = mara.goto("/settings/privacy")
    heading(page, "Your data")
    page.get_by_role("button", name="Ask for a copy").click()
    link = page.get_by_role("link", name="Download the copy")
    until_seen(page, link)
    mara.check_accessibility()
    with page.expect_download() as waiting:
        link.click()
    archive = zipfile.ZipFile(io.BytesIO(waiting.value.path().read_bytes()))
    names = archive.namelist()
    assert "README.txt" in names
    told = json.dumps([json.loads(archive.read(name)) for name in names if name.endswith(".json")])
    assert BIO in told
    assert MARA_EMAIL in told
    mail = read_mail(page, MARA_EMAIL, re.compile("copy", re.IGNORECASE))
    expect(mail.get_by_role("main")).not_to_contain_text(BIO)
