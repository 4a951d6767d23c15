"""Points of the demo world: thanks for help, and a friend who took part."""

import json
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from accounts.models import User
from catalog.models import Course
from goodwill.models import Reason
from goodwill.points.actions.awards import points_of
from goodwill.points.actions.moving import mint
from goodwill.points.ranking import order_members
from peerloop.kit.demo import DemoStep, Stage, World
from peerloop.kit.refusals import Refused

CONTENT = Path(__file__).with_name("demo.json")


def give_points(world: World) -> None:
    """Let people thank for help; those of the six accounts stand in the content file."""
    for number, told in enumerate(json.loads(CONTENT.read_text())):
        world.plan(world.ago(told["days"]), partial(_thank, world, told, number))
    world.plan(world.ago(4), partial(_friend, world))


def rank_members(world: World) -> None:
    """Order the members, as the sweep does."""
    order_members(at=world.now)


def _thank(world: World, told: dict[str, Any], number: int, at: datetime) -> None:
    try:
        mint(
            to=world.get(User, told["to"]),
            by=world.get(User, told["by"]),
            points=told["points"],
            reason=Reason.SUMMON_HELP,
            cause=f"demo:{number}",
            course=Course.objects.get(slug=told["course"]),
            at=at,
        )
    except Refused:
        # A world that is told in part has people who do not teach yet.
        return


def _friend(world: World, at: datetime) -> None:
    mint(
        to=world.get(User, "student"),
        points=points_of(Reason.REFERRAL),
        reason=Reason.REFERRAL,
        cause="demo:friend",
        subject=world.get(User, "rohan"),
        at=at,
    )


DEMO = (
    DemoStep("goodwill", Stage.PLANS, give_points),
    DemoStep("goodwill: ranking", Stage.SETTLED, rank_members),
)
