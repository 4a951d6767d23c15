"""Opaque, signed cursors: a place in a list that new rows do not shift."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import Q, QuerySet

from peerloop.kit.refusals import Invalid

SALT = "peerloop.cursor"


def cursor_after(moment: datetime, row_id: UUID) -> str:
    """A cursor that stands behind this row in a list ordered by newest first."""
    return signing.dumps([moment.isoformat(), str(row_id)], salt=SALT, compress=True)


def rows_after(rows: "QuerySet[Any]", cursor: str, *, field: str = "created_at") -> "QuerySet[Any]":
    """The rows behind the cursor, newest first; raises Invalid for a cursor that is not ours."""
    if not cursor:
        return rows
    try:
        moment, row_id = signing.loads(cursor, salt=SALT)
        at, key = datetime.fromisoformat(moment), UUID(row_id)
    except (signing.BadSignature, ValueError, TypeError):
        raise Invalid.field(
            "cursor", "This cursor is not known. Start from the first page."
        ) from None
    return rows.filter(Q(**{f"{field}__lt": at}) | Q(**{field: at, "pk__lt": key}))
