"""Students as CSV: all of a list, cells that a sheet would run made harmless."""

import csv
from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from learning.models import Enrollment
from peerloop.kit.sheets import Echo, plain_cell

HEAD = ["student", "course", "status", "progress_percent", "sessions_held", "sessions_paid"]
HEAD += ["teacher", "enrolled_at", "completed_at"]
CHUNK = 500


def students_csv(rows: QuerySet[Enrollment], *, name: str) -> StreamingHttpResponse:
    """The answer with a line for each enrollment; ``rows`` have ``sessions_held``."""
    response = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _lines(rows: QuerySet[Enrollment]) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield writer.writerow(HEAD)
    for row in rows.iterator(chunk_size=CHUNK):
        yield writer.writerow(
            [
                plain_cell(row.student.name),
                plain_cell(row.course.title),
                row.status,
                row.progress_percent,
                row.sessions_held,  # type: ignore[attr-defined]
                row.modules_paid,
                plain_cell(row.teacher.name) if row.teacher else "",
                row.created_at.isoformat(),
                row.completed_at.isoformat() if row.completed_at else "",
            ]
        )
