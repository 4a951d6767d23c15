"""`manage.py doctor`: checks everything that PeerLoop needs, and suggests fixes."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from peerloop.operations.diagnosis import OK, PROBLEM, Finding, examine


class Command(BaseCommand):
    """Prints one line for each finding; exit code 1 if any is a problem."""

    help = "Check settings, services, provider keys, clocks and time-zone data; say the cure."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Run all checks, even after a problem."""
        findings = []
        for finding in examine():
            findings.append(finding)
            self.show(finding)
        problems = sum(finding.level == PROBLEM for finding in findings)
        warnings = sum(finding.level not in (OK, PROBLEM) for finding in findings)
        self.stdout.write(f"{problems} problems, {warnings} warnings.")
        if problems:
            sys.exit(1)

    def show(self, finding: Finding) -> None:
        """Print the finding, and below it how to fix it."""
        paint = {OK: self.style.SUCCESS, PROBLEM: self.style.ERROR}.get(
            finding.level, self.style.WARNING
        )
        self.stdout.write(f"{paint(f'{finding.level:<8}')} {finding.subject:<11} {finding.text}")
        if finding.cure:
            self.stdout.write(f"{'':<21}cure: {finding.cure}")
