"""The demo's creator: a welcome, and a teacher of theirs who keeps order."""

from datetime import datetime

from accounts.models import User
from community.hub.actions import write_welcome
from community.moderators.actions import appoint_moderator
from community.moderators.people import people_of
from peerloop.kit.demo import DemoStep, Stage, World

WELCOME = (
    "Good that you are here. **Ask early**: a question that seems too small is the one that three "
    "others have too.\n\nShow what you tried, and say what you hoped would happen."
)


def keep_order(world: World) -> None:
    """Plan the welcome, and the appointment once the teacher teaches."""
    world.plan(world.ago(12), lambda at: _begin(world, at))


def _begin(world: World, at: datetime) -> None:
    creator, teacher = world.get(User, "creator"), world.get(User, "teacher")
    write_welcome(content=WELCOME, by=creator, at=at)
    # A world that is told in part has a teacher who never began.
    if people_of(creator).filter(pk=teacher.pk).exists():
        appoint_moderator(creator=creator, user=teacher, by=creator, at=at)


DEMO = (DemoStep("communities", Stage.PLANS, keep_order),)
