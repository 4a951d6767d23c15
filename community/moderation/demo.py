"""Reports of the demo's people: some wait, one was decided, and one decision is appealed."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from accounts.models import User
from community.feeds.access import MAIN
from community.feeds.actions import write_post
from community.feeds.reportable import find
from community.models import ModerationCase, ModerationDecision, Post
from community.moderation.access import AppealLink
from community.moderation.actions import Verdict, decide_case, file_appeal, flag_content
from peerloop.kit.demo import Act, DemoStep, Stage, World

CONTENT = Path(__file__).with_name("demo.json")


def write_reports(world: World) -> None:
    """Let people write what others report; the moderator decides what the content file says."""
    for told in json.loads(CONTENT.read_text()):
        world.plan(world.ago(told["days"]), _post(world, told))


def _post(world: World, told: dict[str, Any]) -> Act:
    def write(at: datetime) -> None:
        post = write_post(feed=MAIN, content=told["text"], by=world.get(User, told["by"]), at=at)
        for number, (name, reason, details) in enumerate(told["reports"], start=1):
            report = _report(post, world.get(User, name), reason, details)
            world.plan(at + timedelta(minutes=41 * number), report)
        if "decision" in told:
            world.plan(at + timedelta(hours=9), _decision(world, post, told))

    return write


def _report(post: Post, by: User, reason: str, details: str) -> Callable[[datetime], object]:
    return lambda at: flag_content(
        content=find(post.pk), reason=reason, details=details, by=by, at=at
    )


def _decision(world: World, post: Post, told: dict[str, Any]) -> Act:
    def decide(at: datetime) -> None:
        decision = decide_case(
            case=ModerationCase.objects.get(target_id=post.pk),
            verdict=Verdict(**told["decision"]),
            by=world.get(User, "moderator"),
            at=at,
        )
        if "appeal" in told:
            world.plan(at + timedelta(hours=5), _appeal(decision, told["appeal"]))

    return decide


def _appeal(decision: ModerationDecision, text: str) -> Act:
    return lambda at: file_appeal(link=AppealLink(decision), text=text, at=at)


DEMO = (DemoStep("reports", Stage.PLANS, write_reports),)
