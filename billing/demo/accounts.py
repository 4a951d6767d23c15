"""Payout accounts of those who teach."""

from datetime import datetime, timedelta
from functools import partial

from accounts.models import User
from billing.actions.accounts import open_account, refresh_account
from billing.providers.local_page import finish_onboarding
from learning.demo.teachers import first_teachers
from peerloop.kit.demo import World

# Teaching without an account that can be paid is allowed; payouts wait for one.
WITHOUT_ACCOUNT = {"marek"}
HALFWAY = {"greta"}
CONNECTED_AFTER = timedelta(days=1)


def plan_accounts(world: World) -> None:
    """Those who teach from the start connect an account soon after they joined."""
    for name, user in first_teachers(world).items():
        world.plan(user.created_at + CONNECTED_AFTER, partial(connect_account, world, name))


def connect_account(world: World, name: str, at: datetime) -> None:
    """A payout account at the local provider, filled in unless the member stopped halfway."""
    if name in WITHOUT_ACCOUNT:
        return
    user = open_account(user=world.get(User, name), at=at)
    if name not in HALFWAY:
        finish_onboarding(user.stripe_account_id or "")
        refresh_account(user=user, at=at)
    world.get(User, name).refresh_from_db()
