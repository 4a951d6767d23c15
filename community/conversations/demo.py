"""Conversations of the demo's own people."""

import json
from datetime import datetime
from pathlib import Path

from accounts.models import User
from community.conversations.actions import open_conversation, open_support, send_message
from peerloop.kit.demo import Act, DemoStep, Stage, World

CONTENT = Path(__file__).with_name("demo.json")
QUESTION = "My receipt shows the old address of the shop. Can you change it, or is that me?"


def write_conversations(world: World) -> None:
    """Let the people write to each other, and one of them to support."""
    for talk in json.loads(CONTENT.read_text()):
        one, other = [world.get(User, name) for name in talk["between"]]
        for days, name, text in talk["lines"]:
            by, to = (one, other) if world.get(User, name) == one else (other, one)
            world.plan(world.ago(days), _line(by, to, text))
    student = world.get(User, "student")
    world.plan(world.ago(0.6), lambda at: _ask_support(student, at))


def _line(by: User, other: User, text: str) -> Act:
    def write(at: datetime) -> None:
        found = open_conversation(others=[other], by=by, at=at)
        send_message(conversation=found, content=text, by=by, at=at)

    return write


def _ask_support(student: User, at: datetime) -> None:
    send_message(conversation=open_support(by=student, at=at), content=QUESTION, by=student, at=at)


DEMO = (DemoStep("conversations", Stage.PLANS, write_conversations),)
