"""`manage.py export_member <email|id> --to FILE`: all data stored about a member (PRI-3)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.privacy.archive import write_archive
from accounts.privacy.queries import member_named
from peerloop.kit import clock


class Command(BaseCommand):
    """Writes a ZIP that only its owner can read. Does not overwrite an existing file."""

    help = "Write a ZIP with all data of a member, named by address or id."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the member and ``--to``."""
        parser.add_argument("member", help="e-mail address or id")
        parser.add_argument("--to", metavar="FILE", required=True, help="the ZIP to write")

    def handle(self, *args: Any, member: str, to: str, **options: Any) -> None:
        """Write the file, printing progress."""
        user = member_named(member)
        if user is None:
            raise CommandError(f"Nobody has the address or id {member}.")
        path = Path(to)
        # Created with these permissions, so that it is never readable by others.
        try:
            path.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            raise CommandError(f"{path} is there already. Name another file.") from None
        except OSError as error:
            raise CommandError(f"{path} can't be written: {error.strerror}.") from None
        with path.open("wb") as out:
            write_archive(out, user=user, at=clock.now(), report=lambda done, total: None)
        self.stdout.write(f"{path}: {path.stat().st_size} bytes.")
