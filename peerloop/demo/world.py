"""The entry point: the whole demo in one transaction, so that it is there in full or not at all."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction

from accounts.demo.people import ADMIN
from accounts.models import User
from catalog.models import Category, Course
from peerloop.kit import clock, demo
from peerloop.kit.demo import Stage, World
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
    """Whether there are courses of somebody else, among which the demo has no place."""
    return Category.objects.exists() or Course.objects.exists()


def build(*, members_in_all: int = 0) -> None:
    """Tell the whole past up to now; more members, courses and enrollments fill up the number.

    Nothing leaves the process: the local providers are used whatever is configured. Not safe to
    repeat: ask ``stands`` first.
    """
    with _settings_for_telling(), without_enqueueing(), clock.fixed_offset():
        with transaction.atomic(), _in_one_go():
            world = World(now=clock.now())
            demo.run(Stage.ROWS, world)
            demo.run(Stage.PLANS, world)
            world.tell()
            demo.run(Stage.SETTLED, world)
            world.crowd = max(0, members_in_all - len(world.all(User)))
            if world.crowd:
                # Statements of a crowd are larger than any page's.
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL statement_timeout = 0")
                demo.run(Stage.CROWD, world)
        world.finish()


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
