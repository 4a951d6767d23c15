"""Posts of the demo's own people, and followers of the crowd's creators."""

import json
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from accounts.models import User
from catalog.models import Course
from community.feeds.access import MAIN, Feed, reads
from community.feeds.actions import (
    like_post,
    mark_helped,
    pin_post,
    reply_to_post,
    repost,
    write_post,
)
from community.feeds.timeline import spread
from community.models import FeedGroup, InstructorFollower, Post, PostType
from learning.demo.crowd import CrowdEnrollments
from peerloop.kit.demo import Act, DemoStep, Stage, World, write_rows

CONTENT = Path(__file__).with_name("demo.json")


def write_posts(world: World) -> None:
    """Let people write, answer and like; those of the six accounts stand in the content file."""
    for told in json.loads(CONTENT.read_text()):
        world.plan(world.ago(told["days"]), _post(world, told))


def _post(world: World, told: dict[str, Any]) -> Act:
    def write(at: datetime) -> None:
        slug = told.get("course")
        feed = Feed(FeedGroup.COURSE, course=Course.objects.get(slug=slug)) if slug else MAIN
        # A world that is told in part has people who never enrolled.
        people = {told["by"], *told["likes"], *(name for name, _, _ in told["answers"])}
        if not all(reads(world.get(User, name), feed) for name in people):
            return
        post = write_post(
            feed=feed,
            content=told["text"],
            post_type=told.get("type", PostType.POST),
            is_question=told.get("question", False),
            by=world.get(User, told["by"]),
            at=at,
        )
        for number, name in enumerate(told["likes"], start=1):
            moment = at + timedelta(minutes=37 * number)
            world.plan(moment, partial(_like, post, world.get(User, name)))
        for number, (name, days, text) in enumerate(told["answers"]):
            helped = number == told.get("helped")
            by = world.get(User, name)
            world.plan(world.ago(days), partial(_answer, world, post, by, text, helped))
        for number, name in enumerate(told.get("reposts", []), start=1):
            moment = at + timedelta(hours=3 * number)
            world.plan(moment, partial(_repost, post, world.get(User, name)))
        if told.get("pinned"):
            world.plan(at + timedelta(minutes=5), partial(_pin, post))

    return write


def _like(post: Post, by: User, at: datetime) -> None:
    like_post(post=post, by=by, at=at)


def _answer(world: World, post: Post, by: User, text: str, helped: bool, at: datetime) -> None:
    reply = reply_to_post(post=post, content=text, by=by, at=at)
    if helped:
        world.plan(at + timedelta(hours=1), partial(_helped, reply))


def _helped(reply: Post, at: datetime) -> None:
    assert reply.root is not None, "a reply has one"
    mark_helped(reply=reply, by=reply.root.author, at=at)


def _repost(post: Post, by: User, at: datetime) -> None:
    repost(post=post, by=by, at=at)


def _pin(post: Post, at: datetime) -> None:
    pin_post(post=post, by=post.author, at=at)


def add_followers(world: World) -> None:
    """Each student of the crowd follows the creator since their first enrollment."""
    write_rows(
        InstructorFollower(
            creator_id=creator,
            user_id=student,
            first_enrollment_id=enrollment,
            first_enrollment_at=moment,
        )
        for (creator, student), (enrollment, moment) in world.shared(CrowdEnrollments).first.items()
    )


def spread_posts(world: World) -> None:
    """Put all posts into the own feeds of the crowd too, whose rows were written in bulk."""
    for post in Post.objects.tops().filter(is_pulled=False).order_by("pk"):
        spread(post)


DEMO = (
    DemoStep("posts", Stage.PLANS, write_posts),
    DemoStep("crowd: followers", Stage.CROWD, add_followers),
    DemoStep("crowd: own feeds", Stage.CROWD, spread_posts),
)
