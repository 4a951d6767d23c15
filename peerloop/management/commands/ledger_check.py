"""`manage.py ledger_check`: checks the ledger, counters, seats and the audit log."""

import argparse
import re
import sys
from typing import Any

from django.core.management.base import BaseCommand

from peerloop.kit.invariants import differences

HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


class Command(BaseCommand):
    """Prints each difference with its row; exit code 1 if there is any. Changes nothing."""

    help = "Check all invariants: money, places, counters, certificates, seats, the audit log."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the audit head that was mailed to admins, to check the database's own against it."""
        parser.add_argument(
            "--audit-head", type=_head, metavar="NUMBER:HASH", help="from an audit-log mail"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run all checks, even after a difference."""
        found = differences(audit_head=options.get("audit_head"))
        for one in found:
            self.stdout.write(
                f"{self.style.ERROR(f'{one.invariant:<4}')} {one.rule}: {one.row_id} "
                f"should be {one.expected}, is {one.found}"
            )
        if found:
            self.stdout.write(f"{len(found)} differences.")
            sys.exit(1)
        self.stdout.write(self.style.SUCCESS("Everything agrees."))


def _head(text: str) -> tuple[int, str]:
    match = HEAD.fullmatch(text.strip())
    if match is None:
        raise argparse.ArgumentTypeError("give the number, a colon and the 64 letters of the hash")
    return int(match[1]), match[2]
