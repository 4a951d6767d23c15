"""`manage.py ledger_check`: do the books, the counters and the seats agree with their rows?"""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from peerloop.invariants import differences


class Command(BaseCommand):
    """Prints each difference with its row; exit code 1 when there is one. Changes nothing."""

    help = "Check all invariants of the data: money, places, counters, certificates, seats."

    def handle(self, *args: Any, **options: Any) -> None:
        """Look at everything, also after a difference."""
        found = differences()
        for one in found:
            self.stdout.write(
                f"{self.style.ERROR(f'{one.invariant:<4}')} {one.rule}: {one.row_id} "
                f"should be {one.expected}, is {one.found}"
            )
        if found:
            self.stdout.write(f"{len(found)} differences.")
            sys.exit(1)
        self.stdout.write(self.style.SUCCESS("Everything agrees."))
