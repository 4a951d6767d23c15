"""Claim the reward of a tier; give or decline it."""

from datetime import datetime

from django.db import transaction

from accounts.audit.log import record
from accounts.four_eyes import require_another_admin
from accounts.identity.access import require_verified
from accounts.models import User
from accounts.notifications.notify import notify
from goodwill.models import RewardClaim, Tier
from goodwill.models.account import TIERS
from goodwill.models.reward import CLAIMABLE
from goodwill.points.queries import sums_of
from goodwill.rewards.notifications import REWARD_DECLINED, REWARD_GIVEN
from goodwill.rewards.refusals import NotReached
from goodwill.rewards.words import REWARDS
from peerloop.kit.refusals import Invalid
from peerloop.kit.rows import locked

LONGEST = 2_000


@transaction.atomic
def claim_reward(*, tier: str, by: User, at: datetime) -> RewardClaim:
    """Claim the reward of a tier that the member reached (rule TIER-2).

    Each is claimed once; safe to repeat. Raises Unverified, Invalid naming ``tier``, NotReached.
    """
    require_verified(by)
    if tier not in CLAIMABLE:
        raise Invalid.field("tier", "There is nothing to claim for this tier.")
    if sums_of(by).total_earned < TIERS[Tier(tier)]:
        raise NotReached
    row, _ = RewardClaim.objects.get_or_create(
        user=by, tier=tier, defaults={"created_at": at, "updated_at": at}
    )
    return row


@transaction.atomic
def decide_claim(
    *, claim: RewardClaim, is_given: bool, answer: str, by: User, at: datetime
) -> RewardClaim:
    """Give a reward, or decline it; the member reads the answer (rule TIER-2).

    What was promised in the answer is for the admin to do: nothing is paid here. Raises
    AnotherAdmin, Invalid naming ``reason``, WrongMoment for a claim that is decided.
    """
    require_another_admin(by, claim.user_id)
    words = answer.strip()
    if not 0 < len(words) <= LONGEST:
        raise Invalid.field("reason", "Say how the member gets it, or why not; they read it.")
    row = locked(RewardClaim.objects.filter(pk=claim.pk)).get()
    row.transition_to(row.Status.GIVEN if is_given else row.Status.DECLINED)
    row.answer, row.decided_by, row.decided_at = words, by, at
    row.save(update_fields=["status", "answer", "decided_by", "decided_at"])
    notify(
        REWARD_GIVEN if is_given else REWARD_DECLINED,
        people=[row.user],
        key=row.pk,
        reward=REWARDS[Tier(row.tier)].what,
        why=words,
        at=at,
    )
    record(
        actor=by,
        action="goodwill.reward",
        subject=row,
        after={"member": str(row.user_id), "tier": row.tier, "status": row.status},
        reason=words,
        at=at,
    )
    return row
