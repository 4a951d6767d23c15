"""Releases of earnings as time goes by, and the payouts that members requested."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from accounts.models import User
from billing.actions.escrow import release_due
from billing.actions.payout_processing import process_payout
from billing.actions.payouts import request_payout
from learning.actions import issue_due_certificates
from peerloop.kit.demo import World, read

WEEKS = 30
PROCESSED_AFTER = timedelta(hours=26)


@dataclass(frozen=True, slots=True)
class PayoutPlan:
    """A payout that somebody requested so many days ago: ``paid`` or still ``waiting``."""

    recipient: str
    days: float
    state: str


def payouts() -> list[PayoutPlan]:
    """All payouts that were requested."""
    return [PayoutPlan(**row) for row in read(__file__, "payouts")]


def plan_payouts(world: World) -> None:
    """What is due is done each week and now; every payout of the file is requested."""
    for week in range(WEEKS, 0, -1):
        world.plan(world.ago(week * 7), do_what_is_due)
    world.plan(world.now, do_what_is_due)
    for plan in payouts():
        earlier = 0.4 * world.dice(f"payout:{plan.recipient}").random()
        world.plan(world.ago(plan.days + earlier), partial(_request, world, plan))


def do_what_is_due(at: datetime) -> None:
    """Release earnings whose hold is over, issue certificates that nobody decided on."""
    release_due(at=at)
    issue_due_certificates(at=at)


def _request(world: World, plan: PayoutPlan, at: datetime) -> None:
    do_what_is_due(at)
    recipient = world.get(User, plan.recipient)
    payout = request_payout(recipient=recipient, amount_cents=None, at=at)
    if plan.state == "paid":
        admin = world.get(User, "admin")
        world.plan(
            at + PROCESSED_AFTER,
            lambda moment: process_payout(payout_id=payout.pk, by=admin, at=moment),
        )
