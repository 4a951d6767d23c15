"""`manage.py restore [--to TIME]`: put the database and uploads back from a backup."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from peerloop.management.commands.backup import folder_of
from peerloop.operations.backups.folder import BackupFolder
from peerloop.operations.backups.programs import BackupError
from peerloop.operations.backups.restoring import Places, restore
from peerloop.operations.backups.taking import uploads_folder


class Command(BaseCommand):
    """Checks a backup, then puts it in the place of what is there, which is kept aside.

    Safe to repeat after it was broken off. Needs no running database, and refuses one (DUR-6).
    """

    help = "Restore the database and uploads from a backup, as they were last or at a time."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--from``, ``--to``, ``--database-folder`` and ``--prepare-only``."""
        parser.add_argument(
            "--from", dest="source", type=Path, help="the folder of backups; unset: BACKUP_FOLDER"
        )
        parser.add_argument(
            "--to", help="a time with its zone, such as 2026-05-01T12:00:00Z; unset: the last state"
        )
        parser.add_argument(
            "--database-folder",
            type=Path,
            help="PostgreSQL's data folder on this machine; unset: POSTGRES_DATA",
        )
        parser.add_argument(
            "--prepare-only",
            action="store_true",
            help="leave the replay of changes to the server, when it is started next",
        )

    def handle(
        self,
        *args: Any,
        source: Path | None,
        to: str | None,
        database_folder: Path | None,
        prepare_only: bool,
        **options: Any,
    ) -> None:
        """Restore; raises CommandError saying what is damaged, missing or in the way."""
        database = database_folder or settings.POSTGRES_DATA
        if not database:
            raise CommandError(
                "Name PostgreSQL's data folder with --database-folder, or set POSTGRES_DATA."
            )
        try:
            restore(
                BackupFolder(folder_of(source)),
                Places(Path(database).absolute(), uploads_folder()),
                to=None if to is None else moment_of(to),
                replay=not prepare_only,
                say=self._say,
            )
        except BackupError as error:
            raise CommandError(str(error)) from None
        after = "Start PostgreSQL and PeerLoop, then run manage.py ledger_check."
        self._say(f"Restored. {after}")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def moment_of(words: str) -> datetime:
    """A time with its zone; raises CommandError."""
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise CommandError(
            f"{words} is not a time with its zone. Write it like 2026-05-01T12:00:00Z."
        )
    return moment
