"""Second factors in the browser: a passkey, codes of an authenticator app, a lost phone."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from accounts.tests.factors import Phone
from tests.browser.person import Person
from tests.browser.steps import DEMO_PASSWORD, heading, sign_in

EMAIL = "hugobergstrom@members.peerloop.test"
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def give_device(person: Person) -> None:
    """Add a virtual authenticator for passkeys with user verification.

    It is removed when the first CDP session ends, such as that of an accessibility check.
    """
    session = person.context.new_cdp_session(person.page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})


def sign_out(page: Page) -> None:
    page.goto("/logout")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page).to_have_url("/")


def type_password(page: Page) -> None:
    page.goto("/login?next=/calendar")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    heading(page, "One more step")


def test_a_passkey_signs_in_alone_or_after_the_password(person: Callable[..., Person]) -> None:
    hugo = person("Hugo")
    give_device(hugo)
    page = sign_in(hugo, EMAIL, to="/settings/security")

    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("Work laptop")
    page.get_by_role("button", name="Make a passkey").click()
    heading(page, "Keep these recovery codes")
    page.get_by_role("link", name="I kept them").click()
    expect(page.get_by_role("link", name="Work laptop")).to_be_visible()

    sign_out(page)
    page.goto("/login?next=/calendar")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url("/calendar")

    sign_out(page)
    type_password(page)
    page.goto("/settings/security")
    heading(page, "Sign in")
    type_password(page)
    page.get_by_role("button", name="Use your passkey").click()
    expect(page).to_have_url("/calendar")

    page.goto("/settings/security")
    page.get_by_role("link", name="Work laptop").click()
    page.get_by_role("link", name="Remove this passkey").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("Your password alone signs you in.")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_codes_of_an_app_and_a_lost_phone(person: Callable[..., Person], scripts: bool) -> None:
    hugo = person("Hugo", java_script_enabled=scripts)
    page = sign_in(hugo, EMAIL, to="/settings/security")

    page.get_by_role("link", name="Add an app").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    phone = Phone(secret=page.locator(".key-text").inner_text().replace(" ", ""))
    page.get_by_label("Code that the app shows").fill(phone.code())
    page.get_by_role("button", name="Add this app").click()
    heading(page, "Keep these recovery codes")
    if scripts:
        hugo.check_accessibility()
    kept = page.locator(".codes li").all_inner_texts()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert set(kept) <= set(download.value.path().read_text().split())
    page.get_by_role("link", name="I kept them").click()

    for code in (phone.code(1), kept[0]):
        sign_out(page)
        type_password(page)
        if scripts:
            hugo.check_accessibility()
        page.get_by_label("Code").fill(f"{code[:3]} {code[3:]}")
        page.get_by_role("button", name="Go on").click()
        expect(page).to_have_url("/calendar")

    page.goto("/settings/security")
    expect(page.get_by_text("9 of 10 left")).to_be_visible()
    page.get_by_role("link", name="Remove the app").click()
    page.get_by_role("button", name="Remove it").click()
    assert urlsplit(page.url).path == "/settings/security"
    expect(page.get_by_text("Your password alone signs you in.")).to_be_visible()
