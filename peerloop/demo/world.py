"""The way in: the whole demo in one transaction, so that it is there in full or not at all."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction

from accounts.models import User
from catalog.models import Category, Course
from peerloop.demo import afterwards, catalogue, crowd, enrollments, members, money, pictures
from peerloop.demo.content import ADMIN
from peerloop.demo.story import World
from peerloop.kit import clock
from peerloop.kit.tasks import without_enqueueing

# A made-up past must not reach a real provider; DEBUG would keep and format every statement.
WHILE_TELLING = {
    "PAYMENT_PROVIDER": "local",
    "VIDEO_PROVIDER": "local",
    "EMAIL_PROVIDER": "local",
    "DEBUG": False,
}


def stands() -> bool:
    """Whether the demo is in the database."""
    return User.objects.filter(email=ADMIN).exists()


def has_other_courses() -> bool:
    """Whether somebody else's shelves stand here, among which the demo has no place."""
    return Category.objects.exists() or Course.objects.exists()


def build(*, members_in_all: int = 0) -> None:
    """Tell the whole past up to now; more members, courses and enrollments fill up the number.

    Nothing leaves the house: the local providers are used whatever is configured. Not safe to
    repeat: ask ``stands`` first.
    """
    with _settings_for_telling(), without_enqueueing(), clock.fixed_offset():
        with transaction.atomic(), _in_one_go():
            world = World(now=clock.now())
            members.make_members(world)
            catalogue.make_catalogue(world)
            for part in (members.plan_members, catalogue.plan_catalogue):
                part(world)
            enrollments.plan_enrollments(world)
            money.plan_money(world)
            world.tell()
            mails = afterwards.put_away(at=world.now)
            if members_in_all > len(world.people):
                crowd.fill_up(world, members_in_all=members_in_all)
        # These write files, so they come once the world stands.
        pictures.hang(world)
        afterwards.send(mails)


@contextmanager
def _settings_for_telling() -> Iterator[None]:
    chosen = {name: getattr(settings, name) for name in WHILE_TELLING}
    for name, value in WHILE_TELLING.items():
        setattr(settings, name, value)
    try:
        yield
    finally:
        for name, value in chosen.items():
            setattr(settings, name, value)


@contextmanager
def _in_one_go() -> Iterator[None]:
    """Save what only partial failure needs: savepoints are two statements in five, and what is
    made here lives to the end, so the collector would look in vain."""
    features = connection.features
    features.uses_savepoints = False
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        features.uses_savepoints = True
