"""The page of an invitation: accept, decline, on the way through sign-up; and the admin's pages."""

from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Notification, User
from accounts.tests.mails import last_mail, link_in
from community.models import CommunityModerator, ModeratorInvite
from community.moderators.actions import invite_moderator
from peerloop.kit import clock
from tests.cast import PASSWORD, a_course, a_member, browse, stale

pytestmark = pytest.mark.django_db
ADDRESS = "mia@example.com"


@pytest.fixture
def ada():
    return a_member("Ada Admin", is_admin=True, is_superuser=True)


@pytest.fixture
def link(ada):
    invite_moderator(email=ADDRESS, by=ada, at=clock.now())
    return link_in(last_mail(ADDRESS))


def text_of(answer):
    return " ".join(answer.content.decode().split())


def is_moderator(email=ADDRESS):
    return User.objects.filter(email=email, is_moderator=True).exists()


def answered(client, link, word):
    return client.post(link, {"answer": word})


def test_the_page_says_who_invites_and_what_it_means_and_changes_nothing(link):
    answer = browse().get(link)
    text = text_of(answer)
    assert "Ada Admin" in text
    assert "30 days" in text
    assert "second step" in text
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert ModeratorInvite.objects.get().status == "pending"


def test_accepting_leads_to_the_second_step(link, settings):
    settings.STAFF_SECOND_FACTOR = True
    mia = browse(a_member("Mia", email=ADDRESS))
    answer = answered(mia, link, "accept")
    assert answer["Location"].startswith(reverse("choose-factor"))
    assert is_moderator()
    assert mia.get("/feed")["Location"].startswith(reverse("choose-factor"))


def test_where_no_second_step_is_asked_for_accepting_leads_to_the_queue(link, settings):
    settings.STAFF_SECOND_FACTOR = False
    answer = answered(browse(a_member("Mia", email=ADDRESS)), link, "accept")
    assert answer["Location"] == "/mod"


def test_a_visitor_signs_in_first_and_comes_back(link):
    a_member("Mia", email=ADDRESS)
    visitor = browse()
    assert f"/login?next={quote(link, safe='')}" in text_of(visitor.get(link))

    sent = answered(visitor, link, "accept")["Location"]
    assert sent == f"/login?next={quote(link, safe='')}"
    assert not is_moderator()
    after = visitor.post(sent, {"email": ADDRESS, "password": PASSWORD})
    assert after["Location"] == link


def test_an_account_is_made_on_the_way_and_the_invitation_is_kept(link):
    visitor = browse()
    form = {"name": "Mia New", "email": ADDRESS, "password": PASSWORD, "role": "student"}
    after = visitor.post(f"/signup?next={quote(link, safe='')}", form)
    assert after["Location"] == link
    assert "Confirm your address first" in text_of(visitor.get(link))
    assert answered(visitor, link, "accept").status_code == 403
    assert not is_moderator()

    proof = link_in(last_mail(ADDRESS))
    assert proof.startswith("/verify-email/")
    back = visitor.post(proof)["Location"]

    assert back == "/invite/moderator"
    assert "Ada Admin" in text_of(visitor.get(back))
    answered(visitor, back, "accept")
    assert is_moderator()


def test_another_account_is_told_clearly_and_gets_nothing(link):
    olga = a_member("Olga", email="olga@example.com")
    browser = browse(olga)
    text = text_of(browser.get(link))
    assert "signed in with another address" in text
    assert "olga@example.com" in text
    assert "Accept</" not in text

    answered(browser, link, "accept")

    assert not is_moderator("olga@example.com")
    assert ModeratorInvite.objects.get().status == "pending"


def test_declining_needs_no_account(link, ada):
    assert "You declined" in text_of(answered(browse(), link, "decline"))
    assert ModeratorInvite.objects.get().status == "declined"
    assert Notification.objects.filter(user=ada).count() == 1


def test_a_used_link_is_gone_and_an_unknown_one_not_found(link):
    visitor = browse()
    answered(visitor, link, "decline")
    for method in (visitor.get, visitor.post):
        answer = method(link)
        assert answer.status_code == 410
        assert "was declined" in text_of(answer)
    assert visitor.get("/invite/moderator/" + "x" * 43).status_code == 404
    assert visitor.post("/invite/moderator/" + "x" * 43, {"answer": "accept"}).status_code == 404


def test_nobody_tries_many_links(link, settings):
    settings.SIGN_IN_LIMITS = True
    visitor = browse()
    answers = {visitor.get(f"/invite/moderator/{'x' * 42}{n % 10}").status_code for n in range(31)}
    assert answers == {404, 429}
    assert visitor.get(link).status_code == 200


def test_a_link_is_gone_from_its_last_moment_on(link):
    until = ModeratorInvite.objects.get().expires_at
    with time_machine.travel(until - timedelta(seconds=1), tick=False):
        assert browse().get(link).status_code == 200
    with time_machine.travel(until, tick=False):
        assert browse().get(link).status_code == 410


def test_accepting_asks_who_signed_in_long_ago_to_confirm(link):
    mia = stale(browse(a_member("Mia", email=ADDRESS)))
    assert answered(mia, link, "accept")["Location"].startswith("/confirm?")
    assert not is_moderator()


def test_without_the_link_the_own_invitation_is_found_by_who_proved_the_address(ada):
    mia = browse(a_member("Mia", email=ADDRESS))
    assert mia.get("/invite/moderator").status_code == 404
    invite_moderator(email=ADDRESS, by=ada, at=clock.now())
    assert "Ada Admin" in text_of(mia.get("/invite/moderator"))
    unproven = browse(a_member("Nora", email="nora@example.com", verified=False))
    assert "Confirm your address first" in text_of(unproven.get("/invite/moderator"))
    assert browse().get("/invite/moderator")["Location"].startswith("/login")


def test_an_unproven_address_sees_no_invitation_without_its_link(ada):
    invite_moderator(email="nora@example.com", by=ada, at=clock.now())
    nora = browse(a_member("Nora", email="nora@example.com", verified=False))
    assert "Ada Admin" not in text_of(nora.get("/invite/moderator"))
    answered(nora, "/invite/moderator", "decline")
    assert ModeratorInvite.objects.get().status == "pending"


ADD = "/admin/community/moderatorinvite/add/"
LIST = "/admin/community/moderatorinvite/"


def test_an_admin_invites_with_a_reason(ada):
    admin = browse(ada)
    form = {"email": "new@example.com", "days": "3", "reason": "Helps a lot"}
    assert admin.post(ADD, {**form, "reason": ""}).status_code == 200
    assert not ModeratorInvite.objects.exists()

    answer = admin.post(ADD, form)

    assert answer["Location"] == LIST
    invite = ModeratorInvite.objects.get()
    assert (invite.days, invite.invited_by) == (3, ada)
    assert "new@example.com" in text_of(admin.get(LIST))
    assert "open invitation" in text_of(admin.post(ADD, form))


@pytest.mark.parametrize("days", ["0", "31", "x", ""])
def test_an_admin_cannot_choose_a_span_that_there_is_not(ada, days):
    form = {"email": "new@example.com", "days": days, "reason": "x"}
    assert browse(ada).post(ADD, form).status_code == 200
    assert not ModeratorInvite.objects.exists()


def test_an_admin_sends_again_and_cancels(ada, link):
    admin, invite = browse(ada), ModeratorInvite.objects.get()
    chosen = {"_selected_action": [str(invite.pk)], "apply": "1", "reason": "x"}
    admin.post(LIST, {**chosen, "action": "resend", "days": ""})
    invite.refresh_from_db()
    assert invite.sent_count == 2

    admin.post(LIST, {**chosen, "action": "cancel"})
    invite.refresh_from_db()
    assert invite.status == "cancelled"
    assert browse().get(link_in(last_mail(ADDRESS))).status_code in (404, 410)


def test_the_page_of_an_invitation_does_not_show_its_hash(ada, link):
    invite = ModeratorInvite.objects.get()
    page = text_of(browse(ada).get(f"{LIST}{invite.pk}/change/"))
    assert ADDRESS in page
    assert invite.token_hash not in page


def test_an_admin_takes_the_role_and_an_appointment_away(ada):
    mona, clara = a_member("Mona", is_moderator=True), a_member("Clara", is_creator=True)
    appointment = CommunityModerator.objects.create(
        creator=clara, user=a_member("Sam"), appointed_by=clara
    )
    admin = browse(ada)
    assert "Mona" in text_of(admin.get("/admin/community/platformmoderator/"))
    for path, action, row in (
        ("platformmoderator", "take_away", mona),
        ("communitymoderator", "end", appointment),
    ):
        address = f"/admin/community/{path}/"
        given = {"action": action, "_selected_action": [str(row.pk)], "apply": "1", "reason": "x"}
        assert admin.post(address, given).status_code == 302
    mona.refresh_from_db()
    appointment.refresh_from_db()
    assert (mona.is_moderator, appointment.is_active) == (False, False)


def test_a_moderator_whose_role_was_taken_reads_closed_feeds_no_more(ada):
    path = f"/courses/{a_course().slug}/feed"
    mona = a_member("Mona", is_moderator=True)
    browser = browse(mona)
    assert browser.get(path).status_code == 200
    given = {"action": "take_away", "_selected_action": [str(mona.pk)], "apply": "1", "reason": "x"}
    browse(ada).post("/admin/community/platformmoderator/", given)
    assert browser.get(path).status_code == 403
