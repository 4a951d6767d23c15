"""`manage.py seed_demo [--scale small|large|N]`: fill an empty database with the demo world."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.demo.people import DOMAIN, PASSWORD
from accounts.models import User
from catalog.models import Course
from learning.models import Enrollment
from peerloop.demo import world
from peerloop.kit.security_log import without_security_log
from scheduling.models import Session

SCALES = {"small": 0, "large": 10_000}
MOST_MEMBERS = 5_000_000


class Command(BaseCommand):
    """Fills the database in one transaction. Safe to repeat: changes nothing if the demo exists."""

    help = "Fill an empty database with the demo world; with --scale, with so many members in all."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--scale``."""
        parser.add_argument(
            "--scale", default="small", help="small, large (10,000 members) or a number of members"
        )

    def handle(self, *args: Any, scale: str, verbosity: int, **options: Any) -> None:
        """Fill the database; raises CommandError in production or if there are other courses."""
        members = members_of(scale)
        if not (settings.DEBUG or settings.DEMO or settings.TESTING):
            raise CommandError(
                "The demo has an admin whose password everybody knows. Make it with DEBUG=1 only."
            )
        if world.stands():
            self._print("The demo is there already; nothing was changed.", verbosity)
            return
        if world.has_other_courses():
            raise CommandError(
                "This database has courses of its own. The demo wants an empty one: "
                "bin/dev --data-dir SOMEWHERE makes it."
            )
        began = time.monotonic()
        # Security events of demo members are not logged.
        with without_security_log():
            world.build(members_in_all=members)
        seconds = time.monotonic() - began
        self._print(
            f"The demo is in ({seconds:.1f} s): {User.objects.count():,} members, "
            f"{Course.objects.count():,} courses, {Enrollment.objects.count():,} enrollments, "
            f"{Session.objects.count():,} sessions. Sign in as student@{DOMAIN} "
            f"(or teacher, creator, newcomer, moderator, admin) with {PASSWORD}.",
            verbosity,
        )

    def _print(self, words: str, verbosity: int) -> None:
        if verbosity:
            self.stdout.write(words)


def members_of(scale: str) -> int:
    """The number of members of a scale, 0 for the small one; raises CommandError if invalid."""
    if scale in SCALES:
        return SCALES[scale]
    if not (scale.isascii() and scale.isdigit()) or not 1 <= int(scale) <= MOST_MEMBERS:
        raise CommandError(f"--scale is small, large or a number up to {MOST_MEMBERS:,}.")
    return int(scale)
