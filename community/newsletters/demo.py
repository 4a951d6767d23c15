"""Newsletters of the demo's creator: one that was sent, with its figures, and a draft."""

from datetime import datetime, timedelta
from functools import partial

from accounts.models import Email, User
from community.models import SubscriberSource
from community.newsletters.actions import send_newsletter, subscribe, write_newsletter
from community.newsletters.actions.filling import fill_newsletter
from community.newsletters.actions.settling import settle_mails
from peerloop.kit.demo import DemoStep, Stage, World

READERS = ("student", "teacher", "moderator", "admin", "rohan")
SUBJECT = "Three exercises for a slow week"
BODY = """Hello,

most of you asked the same thing this month: *how do I know that a prompt is good?* Here is how I \
check mine.

1. Say what you expect **before** you press the button.
2. Change one word, and say what should change with it.
3. Give it to somebody who was not there when you wrote it.

If the third one makes you nervous, that is the one to do.

Amara"""
DRAFT = "What I learned from forty first lessons"
DRAFT_BODY = """Hello,

forty people taught their first lesson with us this year. Three things nobody expected:"""


def write_newsletters(world: World) -> None:
    """Let people subscribe to the creator, who sends a newsletter and begins another."""
    for number, name in enumerate(READERS):
        world.plan(world.ago(30 - number), partial(_subscribe, world, name))
    world.plan(world.ago(9.2), partial(_send, world))
    world.plan(world.ago(0.8), partial(_begin_draft, world))


def _subscribe(world: World, name: str, at: datetime) -> None:
    creator, reader = world.get(User, "creator"), world.get(User, name)
    if reader.is_verified and not reader.marketing_opt_out:
        subscribe(creator=creator, by=reader, source=SubscriberSource.PROFILE, at=at)


def _send(world: World, at: datetime) -> None:
    creator = world.get(User, "creator")
    row = write_newsletter(subject=SUBJECT, body=BODY, by=creator, at=at)
    send_newsletter(newsletter=row, by=creator, at=at)
    fill_newsletter(newsletter_id=row.pk, at=at)
    # They arrived, but for one. The mails themselves are gone: nothing of the past leaves now.
    mails = Email.objects.filter(template="newsletter", context__newsletter=str(row.pk))
    ids = list(mails.order_by("pk").values_list("pk", flat=True))
    arrived = at + timedelta(minutes=1)
    mails.update(status=Email.Status.DELIVERED, sent_at=arrived)
    mails.filter(pk__in=ids[-1:]).update(status=Email.Status.BOUNCED)
    settle_mails(email_ids=ids, at=arrived)
    Email.objects.filter(pk__in=ids).delete()


def _begin_draft(world: World, at: datetime) -> None:
    creator = world.get(User, "creator")
    write_newsletter(subject=DRAFT, body=DRAFT_BODY, by=creator, at=at)


DEMO = (DemoStep("newsletters", Stage.PLANS, write_newsletters),)
