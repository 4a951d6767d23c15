"""Calls for help of the demo's own people."""

from datetime import datetime, timedelta

from accounts.models import User
from community.conversations.actions import send_message
from goodwill.summons.access import is_helper
from goodwill.summons.actions import answer_summons, complete_summons, summon, switch_help
from learning.models import Enrollment
from peerloop.kit.demo import Act, DemoStep, Stage, World

LINES = (
    ("student", "My webhook answers 404 although the address is the same. What do I miss?"),
    ("teacher", "Is the workflow switched to active? A test address works only while you listen."),
    ("student", "That was it! Twenty minutes of staring. Thank you."),
)
# Days ago, seconds until the answer, points.
CALLS = ((9, 35, 20), (6, 48, 15), (3, 41, 25))


def call_for_help(world: World) -> None:
    """Let the student call three times in a course that the teacher teaches, and be thanked."""
    student, teacher = world.get(User, "student"), world.get(User, "teacher")
    for days, seconds, points in CALLS:
        world.plan(world.ago(days), _call(student, teacher, seconds=seconds, points=points))
    world.plan(world.ago(0.1), lambda at: _be_there(teacher, at))


def _be_there(teacher: User, at: datetime) -> None:
    # In a world that is told in part nobody certified the teacher.
    if is_helper(teacher):
        switch_help(user=teacher, is_available=True, at=at)


def _call(student: User, teacher: User, *, seconds: int, points: int) -> Act:
    def act(at: datetime) -> None:
        # Bought meanwhile, in the order of time.
        enrollment = Enrollment.objects.with_content().get(student=student, teacher=teacher)
        answered_at = at + timedelta(seconds=seconds)
        switch_help(user=teacher, is_available=True, at=at)
        call = summon(enrollment=enrollment, module=None, by=student, at=at)
        call = answer_summons(summons=call, by=teacher, at=answered_at)
        conversation = call.conversation
        assert conversation is not None, "an answer opens one"
        people = {"student": student, "teacher": teacher}
        for number, (who, text) in enumerate(LINES, start=1):
            send_message(
                conversation=conversation,
                content=text,
                by=people[who],
                at=answered_at + timedelta(minutes=2 * number),
            )
        complete_summons(
            summons=call, points=points, by=student, at=answered_at + timedelta(minutes=8)
        )

    return act


DEMO = (DemoStep("help", Stage.PLANS, call_for_help),)
