"""``manage.py demo_clock --advance 2d4h``: advance the demo clock."""

import re
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from peerloop.kit import clock
from peerloop.pages.demo import advance

SPAN = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
UNITS = (86_400, 3_600, 60, 1)


class Command(BaseCommand):
    """Advances the demo clock, never back, and runs the sweeps (reminders, releases and so on)."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--advance``."""
        parser.add_argument("--advance", help="how far, for instance 2d4h or 90m", default="")

    def handle(self, *args: Any, advance: str, **options: Any) -> None:
        """Advance the clock if asked, then print the time. Needs PEERLOOP_DEMO=1."""
        if not settings.DEMO:
            raise CommandError("The clock moves only in a demo. Set PEERLOOP_DEMO=1 and DEBUG=1.")
        if advance:
            move(seconds_of(advance))
        self.stdout.write(f"It is {clock.now():%Y-%m-%d %H:%M:%S} UTC.")


def move(seconds: int) -> None:
    """Advance the clock, as the page does."""
    advance(seconds)


def seconds_of(span: str) -> int:
    """A duration such as ``2d4h`` in seconds; raises CommandError if it is malformed."""
    found = SPAN.fullmatch(span.strip())
    if not found or not any(found.groups()):
        raise CommandError(f"'{span}' is no span of time. Write it as 2d4h, 90m or 30s.")
    return sum(int(count or 0) * unit for count, unit in zip(found.groups(), UNITS, strict=True))
