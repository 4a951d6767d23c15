"""Courses that the demo's members miss: two with votes, one that became a course."""

from datetime import datetime
from functools import partial

from accounts.models import User
from catalog.content_requests.actions import decide_request, request_course, vote
from catalog.models import ContentRequest, Course
from peerloop.kit.demo import DemoStep, Stage, World

ASKED = (
    (
        "student",
        40.0,
        "Statistics for people who fear statistics",
        "I read studies at work and nod. I would like to know when to stop nodding.",
        ("teacher", "rohan", "freja"),
    ),
    (
        "teacher",
        21.0,
        "How to repair a bicycle at home",
        "Brakes, gears, a wheel that wobbles: I would stop paying for small things.",
        ("student",),
    ),
    (
        "freja",
        90.0,
        "What to ask for your work",
        "I draw for money and never know what to write on the bill.",
        ("student", "teacher"),
    ),
)
BECAME = ("What to ask for your work", 60.0, "price-your-work")


def ask_for_courses(world: World) -> None:
    """Plan the requests, the votes and what became of one."""
    for who, days, title, reason, voters in ASKED:
        world.plan(world.ago(days), partial(_ask, world, who, title, reason, voters))
    world.plan(world.ago(BECAME[1]), partial(_publish, world))


def _ask(
    world: World, who: str, title: str, reason: str, voters: tuple[str, ...], at: datetime
) -> None:
    row = request_course(title=title, reason=reason, by=world.get(User, who), at=at)
    for name in voters:
        vote(request=row, wanted=True, by=world.get(User, name), at=at)
    world.keep({title: row})


def _publish(world: World, at: datetime) -> None:
    title, _, slug = BECAME
    decide_request(
        request=world.get(ContentRequest, title),
        status=ContentRequest.Status.PUBLISHED,
        answer="Kofi wrote it.",
        course=Course.objects.defer("search").get(slug=slug),
        by=world.get(User, "admin"),
        at=at,
    )


DEMO = (DemoStep("wanted courses", Stage.PLANS, ask_for_courses),)
