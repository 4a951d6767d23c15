"""Who teaches from the start: creators their own courses, others because a creator vouches."""

from datetime import datetime, timedelta
from functools import partial

from accounts.models import User
from catalog.models import Course
from learning.actions import certify_teacher
from peerloop.kit.demo import World, read

CERTIFIED_AFTER = timedelta(days=3)


def waivers() -> dict[str, dict[str, str]]:
    """By member and course the reason why they may teach without having taken it here."""
    found: dict[str, dict[str, str]] = read(__file__, "teachers")
    return found


def first_teachers(world: World) -> dict[str, User]:
    """All members who teach from the start, by name."""
    vouched_for = waivers()
    members = world.all(User)
    return {name: user for name, user in members.items() if user.is_creator or name in vouched_for}


def plan_first_teachers(world: World) -> None:
    """Each course's creator certifies those who knew its subject before (rule APPLY-3)."""
    for name, courses in waivers().items():
        user = world.get(User, name)
        for slug, reason in courses.items():
            moment = user.created_at + CERTIFIED_AFTER
            world.plan(moment, partial(_certify, world, user, slug, reason))


def _certify(world: World, user: User, slug: str, reason: str, at: datetime) -> None:
    course = world.get(Course, slug)
    certify_teacher(user=user, course=course, by=course.creator, at=at, waiver=reason)
