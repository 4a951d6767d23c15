"""Points of the demo world: a friend who took part, beside the thanks for calls for help."""

from datetime import datetime
from functools import partial

from accounts.models import User
from goodwill.models import Reason, Referral
from goodwill.points.actions.awards import points_of
from goodwill.points.actions.moving import mint
from goodwill.points.ranking import order_members
from peerloop.kit.demo import DemoStep, Stage, World

FRIEND = "rohan"


def give_points(world: World) -> None:
    """The student invited a friend, who took a first session."""
    world.plan(world.ago(4), partial(_friend, world))


def rank_members(world: World) -> None:
    """Order the members, as the sweep does."""
    order_members(at=world.now)


def _friend(world: World, at: datetime) -> None:
    student, friend = world.get(User, "student"), world.get(User, FRIEND)
    Referral.objects.create(
        referrer=student,
        referred=friend,
        status=Referral.Status.QUALIFIED,
        joined_at=at,
        qualified_at=at,
        created_at=at,
        updated_at=at,
    )
    mint(
        to=student,
        points=points_of(Reason.REFERRAL),
        reason=Reason.REFERRAL,
        cause=f"referral:{friend.pk}",
        subject=friend,
        at=at,
    )


DEMO = (
    DemoStep("goodwill", Stage.PLANS, give_points),
    DemoStep("goodwill: ranking", Stage.SETTLED, rank_members),
)
