"""Notifications in the browser: the badge updates on an open page, preferences are saved."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.steps import heading, sign_in

BELL = "a.icon-button[href='/notifications']"


def test_the_badge_updates_on_another_open_page(person: Callable[..., Person]) -> None:
    sipho = person("Sipho")
    still = sign_in(sipho, "sipho_dlamini@members.peerloop.test")
    badge = still.locator(f"{BELL} .badge")
    expect(badge).to_be_visible()

    centre = sipho.context.new_page()
    centre.goto("/notifications")
    centre.get_by_role("button", name="Mark all as read").click()

    expect(centre.locator(f"{BELL} .badge")).to_have_count(0)
    expect(badge).to_have_count(0)
    # After signing out in one window, the stream of the other ends; a reload would ask to sign in.
    centre.goto("/logout")
    centre.get_by_role("main").get_by_role("button", name="Sign out").click()
    still.reload()
    heading(still, "Sign in")


def test_preferences_are_saved(person: Callable[..., Person]) -> None:
    freja = person("Freja")
    page = sign_in(freja, "frejanorgaard@members.peerloop.test", to="/settings/notifications")
    freja.check_accessibility()

    page.get_by_label("Session reminders: by mail").uncheck()
    page.get_by_label("Followers and feeds: by mail").check()
    page.get_by_role("button", name="Save choices").click()

    expect(page.get_by_text("Your choices are saved.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Session reminders: by mail")).not_to_be_checked()
    expect(page.get_by_label("Followers and feeds: by mail")).to_be_checked()
