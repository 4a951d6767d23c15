"""The archive of an export: a JSON file for each table, the member's files, and a guide."""

import json
import logging
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import IO, Any

from django.conf import settings
from django.urls import reverse

from accounts.files import storage
from accounts.files.purposes import made_by_us
from accounts.models import File, User
from accounts.privacy.personal_rows import exported_rows, known_tables, model_of
from peerloop.kit.personal_data import Exempt, Table, declared
from peerloop.kit.text import isolated

logger = logging.getLogger(__name__)

PIECE = 64 * 1024
Report = Callable[[int, int], None]


def write_archive(out: IO[bytes], *, user: User, at: datetime, report: Report) -> None:
    """Write the ZIP; ``report`` is called after each table with done and total."""
    tables = known_tables()
    contents: list[str] = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, table in enumerate(tables, start=1):
            rows = _write_table(archive, table, user, at)
            if rows:
                contents.append(f"{file_name(table)}: {table.description} ({rows})")
            report(number, len(tables))
        _write_files(archive, user, at)
        archive.writestr(_entry("README.txt", at), _readme(user, at, contents))


def file_name(table: Table) -> str:
    """The name of a table's file in the archive."""
    return f"{model_of(table)._meta.db_table}.json"


def _write_table(archive: zipfile.ZipFile, table: Table, user: User, at: datetime) -> int:
    """One file, written row by row; none for a table without rows of the member."""
    rows = exported_rows(table, user)
    first = next(rows, None)
    if first is None:
        return 0
    with archive.open(_entry(file_name(table), at), "w") as file:
        file.write(_head(table))
        count = _write_rows(file, first, rows)
        file.write(b"\n]}\n")
    return count


def _write_rows(file: IO[bytes], first: dict[str, Any], rows: Iterator[dict[str, Any]]) -> int:
    file.write(_json(first))
    count = 1
    for row in rows:
        file.write(b",\n" + _json(row))
        count += 1
    return count


def _write_files(archive: zipfile.ZipFile, user: User, at: datetime) -> None:
    """The member's own uploads; of a picture the largest version."""
    kept = File.objects.filter(owner=user, deleted_at=None, stored_at__isnull=False)
    kept = kept.exclude(scan=File.Scan.BAD).exclude(purpose__in=made_by_us())
    for file in kept.order_by("pk").iterator():
        ending = ".webp" if file.widths and not file.name.endswith(".webp") else ""
        entry = _entry(f"files/{file.pk}-{file.name}{ending}", at)
        width = max(file.widths) if file.widths else None
        try:
            content = storage.opened(file.key, width)
        except FileNotFoundError:
            logger.warning("file %s has no content", file.pk)
            continue
        with content, archive.open(entry, "w") as out:
            shutil.copyfileobj(content, out, PIECE)


def _head(table: Table) -> bytes:
    about = json.dumps(
        {"what": table.description, "left_out": dict(table.secret)}, ensure_ascii=False
    )
    return f'{about[:-1]}, "rows": [\n'.encode()


def _json(row: dict[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode()


def _entry(name: str, at: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, at.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


def _readme(user: User, at: datetime, contents: list[str]) -> str:
    return "\n".join(
        [
            f"PeerLoop: the data of {isolated(user.name)} <{user.email}>, {at:%Y-%m-%d %H:%M} UTC",
            "",
            "Each file is JSON: what it is, what was left out of its rows and why, and the rows.",
            "Times are UTC, amounts of money are in cents. Rows with 'your_part' are about others;",
            "you had a part in them, so we tell that and when, and leave out other people's words.",
            "",
            "What is here",
            *(f"  {line}" for line in sorted(contents)),
            "",
            "What is not here, and why",
            *(f"  {line}" for line in sorted(_left_out())),
            "",
            f"Questions: answer any mail of ours, or {settings.BASE_URL}{reverse('help-center')}",
            "",
        ]
    )


def _left_out() -> Iterator[str]:
    for label, entry in declared().items():
        if isinstance(entry, Exempt):
            yield f"{label.split('.')[-1]}: {entry.why}"
            continue
        for reason in sorted(set(entry.not_exported.values())):
            yield f"{file_name(entry)}: {reason}"
