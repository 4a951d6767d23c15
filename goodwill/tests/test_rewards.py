"""Rewards for tiers: claimed once, given by an admin with a word; off by default."""

import pytest
from django.db import IntegrityError, transaction

from accounts.four_eyes import AnotherAdmin
from accounts.models import AuditEntry, Notification
from goodwill.models import RewardClaim
from goodwill.rewards.actions import claim_reward, decide_claim
from goodwill.rewards.refusals import NotReached
from goodwill.tests.people import AT, a_helper, earn
from peerloop.kit.refusals import Invalid, WrongMoment
from tests.cast import a_member, browse

pytestmark = pytest.mark.django_db
NO = "Nobody has time."


@pytest.fixture(autouse=True)
def _on(settings):
    settings.GOODWILL_REWARDS = True


@pytest.fixture
def tom():
    tom = a_helper()
    earn(tom, 1_000)
    return tom


@pytest.fixture
def ada():
    return a_member("Ada Admin", is_admin=True)


def text_of(answer):
    return " ".join(answer.content.decode().split())


def claimed(tom, tier="trusted_helper"):
    return claim_reward(tier=tier, by=tom, at=AT)


def decide(claim, ada, *, is_given=True, answer="It is in your balance."):
    return decide_claim(claim=claim, is_given=is_given, answer=answer, by=ada, at=AT)


def test_while_rewards_are_off_there_is_no_page_and_no_way_to_it(tom, settings):
    settings.GOODWILL_REWARDS = False
    web = browse(tom)
    assert web.get("/goodwill/rewards").status_code == 404
    assert web.post("/goodwill/rewards", {"tier": "trusted_helper"}).status_code == 404
    assert "/goodwill/rewards" not in text_of(web.get("/goodwill"))
    assert not RewardClaim.objects.exists()


def test_a_member_claims_what_is_reached_and_reads_the_answer(tom, ada):
    web = browse(tom)
    assert 'href="/goodwill/rewards"' in text_of(web.get("/goodwill"))
    text = text_of(web.get("/goodwill/rewards"))
    assert text.count("Reached") == 2
    assert text.count(">Claim<") == 1

    web.post("/goodwill/rewards", {"tier": "trusted_helper"})
    assert "Claimed" in text_of(web.get("/goodwill/rewards"))

    decide(RewardClaim.objects.get(), ada)
    text = text_of(web.get("/goodwill/rewards"))
    assert "Given" in text
    assert "It is in your balance." in text
    assert ">Claim<" not in text


def test_a_reward_is_claimed_once(tom, ada):
    first = claimed(tom)
    assert claimed(tom) == first
    decide(first, ada, is_given=False, answer="Not this time.")
    assert claimed(tom).status == RewardClaim.Status.DECLINED
    assert RewardClaim.objects.count() == 1


def test_a_tier_that_is_not_reached_has_nothing_to_claim(tom):
    with pytest.raises(NotReached):
        claimed(tom, "mentor")
    answer = browse(tom).post("/goodwill/rewards", {"tier": "champion"}, follow=True)
    assert "yet to reach" in text_of(answer)


@pytest.mark.parametrize("tier", ["", "member", "community_helper", "x"])
def test_tiers_without_a_claim_are_refused(tom, tier):
    with pytest.raises(Invalid) as refused:
        claimed(tom, tier)
    assert "tier" in refused.value.fields


def test_the_database_refuses_a_tier_that_is_not_reached_and_a_second_claim(tom):
    claimed(tom)
    for tier, name in (("mentor", "reward_is_earned"), ("trusted_helper", "reward_once")):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            RewardClaim.objects.create(user=tom, tier=tier)


def test_both_answers_reach_the_member_and_the_audit_log(tom, ada):
    earn(tom, 4_000)
    decide(claimed(tom), ada)
    decide(claimed(tom, "mentor"), ada, is_given=False, answer=NO)

    told = Notification.objects.filter(user=tom, body__in=["It is in your balance.", NO])
    assert set(told.values_list("title", flat=True)) == {
        "Your reward: 10 % of one course",
        "No reward: A free session with a creator",
    }
    assert AuditEntry.objects.filter(action="goodwill.reward").count() == 2


def test_a_claim_is_decided_once(tom, ada):
    claim = decide(claimed(tom), ada)
    with pytest.raises(WrongMoment):
        decide(claim, ada, is_given=False, answer="No.")


def test_only_another_admin_decides(tom, ada):
    claim = claimed(tom)
    tom.is_admin = True
    tom.save()
    for somebody in (tom, a_member("Mona", is_moderator=True)):
        with pytest.raises(AnotherAdmin):
            decide(claim, somebody)


@pytest.mark.parametrize("answer", ["", "  ", "x" * 2_001])
def test_an_admin_says_how_or_why(tom, ada, answer):
    claim = claimed(tom)
    with pytest.raises(Invalid):
        decide(claim, ada, answer=answer)
    assert RewardClaim.objects.get().status == RewardClaim.Status.CLAIMED


def test_a_reward_is_given_in_the_admin_site(tom, ada):
    claim = claimed(tom)
    chosen = {"action": "give", "_selected_action": str(claim.pk)}
    sent = chosen | {"apply": "1", "reason": "The coupon is on its way."}
    browse(ada).post("/admin/goodwill/rewardclaim/", sent)
    claim.refresh_from_db()
    assert (claim.status, claim.answer) == ("given", "The coupon is on its way.")
    assert claim.decided_by == ada
