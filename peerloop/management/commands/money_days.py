"""`manage.py money_days`: checks the seals of the ledger's days."""

import argparse
import re
import sys
from datetime import date
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

from billing.actions.money_days import broken_days
from billing.models import MoneyDay

KNOWN = re.compile(r"(\d{4}-\d{2}-\d{2}):([0-9a-f]{64})")


class Command(BaseCommand):
    """Prints each day whose seal does not hold; exit code 1 if there is any. Changes nothing."""

    help = "Check the seals of the ledger's days, one after the other."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add seals that were mailed, to check the database's own against them."""
        parser.add_argument(
            "--known",
            type=_known,
            action="append",
            default=[],
            metavar="DAY:SEAL",
            help="from a mail about the ledger; may be given several times",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check every day, even after a broken one."""
        broken = list(broken_days(dict(options["known"])))
        for day, why in broken:
            self.stdout.write(f"{self.style.ERROR(day.isoformat())} {why}")
        if broken:
            sys.exit(1)
        self.stdout.write(self.style.SUCCESS(f"{MoneyDay.objects.count()} days, all sealed."))


def _known(text: str) -> tuple[date, str]:
    match = KNOWN.fullmatch(text.strip())
    try:
        return (date.fromisoformat(match[1]), match[2]) if match else _refuse()
    except ValueError:
        return _refuse()


def _refuse() -> NoReturn:
    raise argparse.ArgumentTypeError("give a day, a colon and the 64 letters of its seal")
