"""Friends are invited by a link or by mail, and count once they took part."""

from datetime import timedelta

import pytest

from accounts.identity.actions.verification import verify_email
from accounts.models import Email, User
from accounts.notifications.mail.composing import unwanted
from accounts.tests.mails import last_mail, secret_in
from billing.models import MoneyMark, RefundRequest, Transaction
from billing.tests.money_stage import WEEK, hold, paid_enrollment
from goodwill.models import GoodwillTransaction, Referral
from goodwill.referrals.actions.counting import settle_referral
from goodwill.referrals.actions.inviting import INVITATIONS_A_DAY, invite_by_mail
from goodwill.referrals.tasks import settle_referrals
from goodwill.tests.people import goodwill_of
from peerloop.kit import clock
from peerloop.kit.refusals import Refused
from tests.cast import PASSWORD, a_member, browse

pytestmark = pytest.mark.django_db
NOW = clock.now()
FRIEND = "friend@people.peerloop.test"


def joined(browser, email=FRIEND):
    answer = browser.post(
        "/signup", {"name": "Fia Friend", "email": email, "password": PASSWORD, "role": "student"}
    )
    assert answer.status_code == 302
    return User.objects.get(email=email)


def test_a_friend_who_signs_up_by_the_link_counts_for_who_gave_it():
    tom, browser = a_member("Tom Teacher"), browse()
    assert "Tom Teacher" in browser.get(f"/invited/{tom.handle}").content.decode()
    friend = joined(browser)
    assert Referral.objects.get().status == "joined"
    verify_email(token=secret_in(last_mail(friend.email)), at=clock.now())
    referral = Referral.objects.get()
    assert (referral.referrer, referral.referred) == (tom, friend)


def test_who_comes_by_themselves_counts_for_nobody():
    joined(browse())
    assert not Referral.objects.exists()


def test_an_invitation_by_mail_leads_to_the_sign_up_and_counts():
    tom = a_member("Tom Teacher")
    answer = browse(tom).post("/goodwill/invite", {"email": "Friend@People.PeerLoop.test"})
    assert answer.status_code == 302
    assert Email.objects.get(template="referral-invite").to == FRIEND
    path = Email.objects.get(template="referral-invite").context["path"]
    browser = browse()
    assert "Tom Teacher" in browser.get(path).content.decode()
    joined(browser)
    assert Referral.objects.get(status="joined").referrer == tom


def test_an_invited_address_counts_in_another_browser_too():
    tom = a_member()
    invite_by_mail(email=FRIEND, by=tom, at=NOW)
    friend = joined(browse())
    assert Referral.objects.get(referred=friend).referrer == tom


def test_the_page_says_how_far_friends_came():
    tom = a_member()
    invite_by_mail(email=FRIEND, by=tom, at=NOW)
    text = browse(tom).get("/goodwill/invite").content.decode()
    assert FRIEND in text
    assert "Invited" in text
    assert f"/invited/{tom.handle}" in text


def test_ten_invitations_in_24_hours_and_each_address_once():
    tom = a_member()
    for number in range(INVITATIONS_A_DAY):
        invite_by_mail(email=f"friend{number}@people.peerloop.test", by=tom, at=NOW)
    with pytest.raises(Refused) as refused:
        invite_by_mail(email=FRIEND, by=tom, at=NOW)
    assert refused.value.code == "enough_invited"
    with pytest.raises(Refused) as refused:
        invite_by_mail(email="friend0@people.peerloop.test", by=tom, at=NOW + 2 * WEEK)
    assert refused.value.code == "already_invited"
    answer = browse(tom).post("/goodwill/invite", {"email": tom.email})
    assert "This is your own address" in answer.content.decode()


def test_no_mail_goes_to_members_nor_twice_and_nobody_learns_of_it():
    tom, sam = a_member(), a_member()
    for by, email in ((tom, sam.email), (tom, FRIEND), (sam, FRIEND)):
        assert browse(by).post("/goodwill/invite", {"email": email}).status_code == 302
    assert list(Email.objects.filter(template="referral-invite").values_list("to", flat=True)) == [
        FRIEND
    ]


def test_who_declined_gets_no_invitation_any_more():
    invite_by_mail(email=FRIEND, by=a_member(), at=NOW)
    mail = Email.objects.get(template="referral-invite")
    assert unwanted([mail]) == {}
    ending = mail.context["ending"]
    assert "End invitations" in browse().get(ending).content.decode()
    assert browse().post(ending).status_code == 200
    invite_by_mail(email=FRIEND, by=a_member(), at=NOW + timedelta(days=60))
    assert Email.objects.filter(template="referral-invite").count() == 1


def test_an_unverified_member_invites_nobody():
    with pytest.raises(Refused):
        invite_by_mail(email=FRIEND, by=a_member(verified=False), at=NOW)


def test_a_broken_link_leads_nowhere():
    assert browse().get("/invited/by-mail/nonsense").status_code == 404
    assert browse().get("/invited/nobody").status_code == 404


@pytest.fixture
def friend():
    """A friend whose first paid session was held eight days ago."""
    enrollment = paid_enrollment(modules=2)
    hold(enrollment, at=clock.now() - timedelta(days=8))
    Referral.objects.create(
        referrer=a_member("Rita Referrer"), referred=enrollment.student, status="enrolled"
    )
    return enrollment


def settle(at=None):
    return settle_referral(referral_id=Referral.objects.get().pk, at=at or clock.now())


def test_a_friend_counts_once_the_first_session_is_a_week_past(friend):
    referrer = Referral.objects.get().referrer
    assert not settle(at=clock.now() - timedelta(days=2))
    settle_referrals()
    settle_referrals()
    assert Referral.objects.get().status == "qualified"
    assert (goodwill_of(referrer).balance, goodwill_of(referrer).referrals) == (100, 1)
    assert GoodwillTransaction.objects.get().subject == friend.student


def test_a_friend_whose_money_went_back_does_not_count(friend):
    RefundRequest.objects.create(
        enrollment=friend,
        transaction=Transaction.objects.get(),
        requested_by=friend.student,
        policy="full",
        policy_cents=1,
        status="pending",
        auto_approve_at=clock.now(),
    )
    assert not settle()
    RefundRequest.objects.update(status="withdrawn")
    assert settle()


def test_a_friend_whose_money_went_back_unasked_does_not_count(friend):
    Transaction.objects.update(status="partially_refunded")
    assert not settle()


def test_accounts_that_pay_together_make_a_referral_void(friend):
    for user in (friend.student, Referral.objects.get().referrer):
        MoneyMark.objects.create(user=user, kind="card", mark="same")
    assert not settle()
    assert Referral.objects.get().status == "void"


def test_a_paid_course_brings_the_referral_forward():
    enrollment_student = a_member()
    Referral.objects.create(referrer=a_member(), referred=enrollment_student, status="joined")
    paid_enrollment(modules=1, student=enrollment_student)
    assert Referral.objects.get().status == "enrolled"
