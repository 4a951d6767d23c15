"""`manage.py dev`: runs database, Redis, web, worker and beat from one command."""

import argparse
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from development import dev


class Command(BaseCommand):
    """Shows up in `manage.py help`; `manage.py dev` itself runs without Django."""

    help = "Run all of PeerLoop: servers, migrations, demo data, web, worker and beat."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options of the command that runs without Django."""
        dev.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until a signal arrives, then exit with the code of the supervisor."""
        sys.exit(dev.run(argparse.Namespace(**options)))
