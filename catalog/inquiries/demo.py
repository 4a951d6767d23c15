"""Questions to the demo's creator: one that waits, one that was answered."""

from datetime import datetime
from functools import partial

from accounts.models import User
from catalog.inquiries.actions import ask_creator, write_to
from catalog.models import Course, Side
from peerloop.kit.demo import DemoStep, Stage, World

COURSE = "ai-prompting-mastery"
ASKED = (
    (
        0.4,
        "Una Visitor",
        "una@example.com",
        "I work nights. Are there teachers with times before ten in the morning?",
        "",
    ),
    (
        12.0,
        "Piet",
        "piet@example.com",
        "Do I need a paid account of one of the models, or is a free one enough?",
        "A free one is enough for all five sessions.",
    ),
)


def ask_questions(world: World) -> None:
    """Plan the questions and the answers to them."""
    for days, name, email, text, answer in ASKED:
        act = partial(_ask, world, name=name, email=email, text=text, answer=answer)
        world.plan(world.ago(days), act)


def _ask(world: World, at: datetime, *, name: str, email: str, text: str, answer: str) -> None:
    course = world.get(Course, COURSE)
    course.creator = world.get(User, "creator")
    inquiry = ask_creator(course=course, text=text, name=name, email=email, at=at)
    if answer:
        write_to(inquiry=inquiry, side=Side.CREATOR, text=answer, at=at)


DEMO = (DemoStep("questions", Stage.PLANS, ask_questions),)
