"""`manage.py rebuild_timelines`: makes members' own feeds what their follows and courses say."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from community.feeds.timeline import refill
from peerloop.kit import clock


class Command(BaseCommand):
    """Writes what is missing and deletes what is wrong; safe to repeat, also while people post."""

    help = "Rebuild the timelines of all members, or of one."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the member."""
        parser.add_argument("handle", nargs="?", help="of one member; without it all active ones")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refill one after the other; each commits by itself. Prints how many rows were wrong."""
        people = User.objects.active()
        if options["handle"]:
            people = people.filter(handle=options["handle"])
            if not people.exists():
                raise CommandError(f"There is no member {options['handle']}.")
        number = wrong = 0
        for user in people.order_by("pk").iterator(chunk_size=500):
            wrong += refill(user, clock.now())
            number += 1
        self.stdout.write(f"{number} timelines, {wrong} rows were wrong.")
