"""`manage.py backup [--to FOLDER] [--follow] [--list]`: copy the database and uploads."""

import signal
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from peerloop.operations.backups.folder import BackupFolder
from peerloop.operations.backups.following import follow
from peerloop.operations.backups.programs import BackupError
from peerloop.operations.backups.taking import take_base, uploads_folder


class Command(BaseCommand):
    """Takes one backup, or keeps backups up to date until it is stopped (standard DUR-6)."""

    help = "Back up the database and uploads; --follow keeps the backup up to date."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--to``, ``--follow``, ``--synchronous`` and ``--list``."""
        parser.add_argument("--to", type=Path, help="the folder; unset: BACKUP_FOLDER")
        parser.add_argument(
            "--follow",
            action="store_true",
            help="receive every change as it happens, and copy all anew each BACKUP_EVERY_HOURS",
        )
        parser.add_argument(
            "--synchronous",
            action="store_true",
            help="with --follow: a change is on the disk here before the server hears so",
        )
        parser.add_argument("--list", action="store_true", help="say which backups there are")

    def handle(
        self, *args: Any, to: Path | None, follow: bool, synchronous: bool, **options: Any
    ) -> None:
        """Back up, and say where uploads are if they are not on a disk of this machine."""
        folder = BackupFolder(folder_of(to))
        if options["list"]:
            for base in folder.bases():
                self.stdout.write(f"{base.name}  restores any moment since {base.ended}")
            return
        if uploads_folder() is None:
            self.stdout.write("Uploads are in a bucket: keep its versions, they are not copied.")
        try:
            if follow:
                self._follow(folder, synchronous=synchronous)
            else:
                self.stdout.write(f"Backup {take_base(folder).name} is complete.")
        except BackupError as error:
            raise CommandError(str(error)) from None

    def _follow(self, folder: BackupFolder, *, synchronous: bool) -> None:
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        follow(
            folder,
            every=timedelta(hours=settings.BACKUP_EVERY_HOURS),
            keep=timedelta(days=settings.BACKUP_KEEP_DAYS),
            synchronous=synchronous,
            stopping=stopping,
            say=self._say,
        )

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def folder_of(given: Path | None) -> Path:
    """The folder of backups; raises CommandError if neither the command nor a setting names it."""
    if given is None and not settings.BACKUP_FOLDER:
        raise CommandError("Name a folder for backups, or set BACKUP_FOLDER.")
    return (given or Path(settings.BACKUP_FOLDER)).absolute()
