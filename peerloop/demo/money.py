"""What the clock does to money and certificates, and the payouts that people asked for."""

from datetime import datetime, timedelta
from functools import partial

from billing.actions.escrow import release_due
from billing.actions.payout_processing import process_payout
from billing.actions.payouts import request_payout
from learning.actions import issue_due_certificates
from peerloop.demo.content import PayoutWish, payouts
from peerloop.demo.story import World

WEEKS = 30
PROCESSED_AFTER = timedelta(hours=26)


def plan_money(world: World) -> None:
    """A look at what is due each week and now, and every payout of the file."""
    for week in range(WEEKS, 0, -1):
        world.plan(world.ago(week * 7), see_to_what_is_due)
    world.plan(world.now, see_to_what_is_due)
    for wish in payouts():
        earlier = 0.4 * world.dice(f"payout:{wish.recipient}").random()
        world.plan(world.ago(wish.days + earlier), partial(_ask, world, wish))


def see_to_what_is_due(at: datetime) -> None:
    """Release earnings whose hold is over, issue certificates that nobody decided on."""
    release_due(at=at)
    issue_due_certificates(at=at)


def _ask(world: World, wish: PayoutWish, at: datetime) -> None:
    see_to_what_is_due(at)
    payout = request_payout(recipient=world.people[wish.recipient], amount_cents=None, at=at)
    if wish.state == "paid":
        admin = world.people["admin"]
        world.plan(
            at + PROCESSED_AFTER,
            lambda moment: process_payout(payout_id=payout.pk, by=admin, at=moment),
        )
