"""Calls for help of the demo's own people."""

from datetime import datetime, timedelta
from functools import partial

from accounts.models import User
from community.conversations.actions import send_message
from goodwill.summons.access import is_helper
from goodwill.summons.actions import answer_summons, complete_summons, summon, switch_help
from learning.models import Enrollment
from peerloop.kit.demo import DemoStep, Stage, World

WEBHOOK = (
    ("student", "My webhook answers 404 although the address is the same. What do I miss?"),
    ("teacher", "Is the workflow switched to active? A test address works only while you listen."),
    ("student", "That was it! Twenty minutes of staring. Thank you."),
)
TWICE = (
    ("student", "Each order comes through twice, and I see only one in the shop."),
    ("teacher", "Look at the trigger: does it run on “created” and on “updated”?"),
    ("student", "On both. I took “updated” out, and now it is one each."),
    ("teacher", "Keep the order's number somewhere and skip the ones you know. Shops send twice."),
)
SHEET = (
    ("student", "The sheet says 1.12.2026 and my filter finds nothing. It is the day, isn't it?"),
    ("teacher", "It is. The sheet gives you text. Turn it into a date before you compare."),
    ("student", "With a format of day, month, year it works. I'd have searched all evening."),
)
# Days ago, seconds until the answer, points, what they wrote.
CALLS = ((9, 35, 20, WEBHOOK), (6, 48, 15, TWICE), (3, 41, 25, SHEET))


def call_for_help(world: World) -> None:
    """Let the student call three times in a course that the teacher teaches, and be thanked."""
    student, teacher = world.get(User, "student"), world.get(User, "teacher")
    for days, seconds, points, lines in CALLS:
        call = partial(_call, student, teacher, seconds=seconds, points=points, lines=lines)
        world.plan(world.ago(days), call)
    world.plan(world.ago(0.1), lambda at: _be_there(teacher, at))


def _be_there(teacher: User, at: datetime) -> None:
    # In a world that is told in part nobody certified the teacher.
    if is_helper(teacher):
        switch_help(user=teacher, is_available=True, at=at)


def _call(
    student: User,
    teacher: User,
    at: datetime,
    *,
    seconds: int,
    points: int,
    lines: tuple[tuple[str, str], ...],
) -> None:
    # Bought meanwhile, in the order of time.
    enrollment = Enrollment.objects.with_content().get(student=student, teacher=teacher)
    answered_at = at + timedelta(seconds=seconds)
    switch_help(user=teacher, is_available=True, at=at)
    call = summon(enrollment=enrollment, module=None, by=student, at=at)
    call = answer_summons(summons=call, by=teacher, at=answered_at)
    conversation = call.conversation
    assert conversation is not None, "an answer opens one"
    people = {"student": student, "teacher": teacher}
    for number, (who, text) in enumerate(lines, start=1):
        sent_at = answered_at + timedelta(minutes=2 * number)
        send_message(conversation=conversation, content=text, by=people[who], at=sent_at)
    thanked_at = answered_at + timedelta(minutes=2 * len(lines) + 2)
    complete_summons(summons=call, points=points, by=student, at=thanked_at)


DEMO = (DemoStep("help", Stage.PLANS, call_for_help),)
