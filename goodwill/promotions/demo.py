"""A promotion of the demo world: the student asks everybody what the course was asked before."""

from datetime import datetime
from functools import partial

from accounts.models import User
from community.models import FeedGroup, Post
from community.models.promotion import POINTS_A_DAY
from goodwill.points.queries import sums_of
from goodwill.promotions.actions.promoting import promote
from peerloop.kit.demo import DemoStep, Stage, World


def promote_a_question(world: World) -> None:
    """Let the student spend the points of one day."""
    world.plan(world.ago(0.3), partial(_promote, world))


def _promote(world: World, at: datetime) -> None:
    student = world.get(User, "student")
    rows = Post.objects.tops().filter(author=student, feed_group=FeedGroup.COURSE)
    post = rows.select_related("author", "course", "creator").order_by("created_at").first()
    # A world that is told in part has no such post, or no points.
    if post is not None and sums_of(student).balance >= POINTS_A_DAY:
        promote(post=post, points=POINTS_A_DAY, by=student, at=at)


DEMO = (DemoStep("promotions", Stage.PLANS, promote_a_question),)
