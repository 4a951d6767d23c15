"""`manage.py dev`: the servers, the web, the worker and beat from one command."""

import argparse
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from development import dev


class Command(BaseCommand):
    """For `manage.py help dev`; `manage.py dev` itself bypasses Django."""

    help = "Run all of PeerLoop: servers, migrations, demo data, web, worker and beat."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The same options on both ways."""
        dev.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until a signal comes; the exit code says how it ended."""
        sys.exit(dev.run(argparse.Namespace(**options)))
