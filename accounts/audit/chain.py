"""Verifies the audit log: finds edits, gaps, swapped entries and a cut end (security OPS-5).

Hashes are worked out here and not in the database: who can change its rows can change its
functions. Reads in portions, so that memory stays flat however long the log is.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from accounts.models import AuditHead

PORTION = 1_000
# So many broken entries are looked at together, to tell an exchange from two edits.
MOST_COMPARED = 200
NOTHING_BEFORE = "0" * 64

PAGE = """
SELECT c.seq, c.prev_hash, c.hash, c.entry_id::text, l.id IS NOT NULL, ARRAY[
    l.id::text,
    to_char(l.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    to_char(l.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    l.actor_id::text, l.action, l.object_type, l.object_id,
    l.before::text, l.after::text, l.reason, l.request_id]
FROM audit_chain c LEFT JOIN audit_log l ON l.id = c.entry_id
WHERE c.seq > %s ORDER BY c.seq LIMIT %s
"""
UNCHAINED = """
SELECT l.id::text FROM audit_log l
WHERE NOT EXISTS (SELECT FROM audit_chain c WHERE c.entry_id = l.id AND c.seq IS NOT NULL)
ORDER BY l.id LIMIT 100
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """A violation of the chain: what, at which number, and both states."""

    kind: str
    place: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class _Link:
    seq: int
    prev_hash: str
    hash: str
    entry_id: str
    words: tuple[str, ...] | None

    @property
    def place(self) -> str:
        return f"{self.seq} ({self.entry_id})"

    def sealed(self, *, seq: int | None = None, prev_hash: str | None = None) -> str:
        """What the hash of this content is, here or where it might have stood."""
        words = (str(seq or self.seq), prev_hash or self.prev_hash, *(self.words or ()))
        seen = hashlib.sha256()
        for word in words:
            data = word.encode()
            seen.update(f"{len(data)}:".encode() + data)
        return seen.hexdigest()


def faults(*, known_head: tuple[int, str] | None = None) -> Iterator[Fault]:
    """All violations; none when the log is intact. Changes nothing.

    ``known_head``: number and hash of a mail that an admin kept, for when the kept heads can't be
    trusted either. Run it in a transaction of one snapshot, or entries written meanwhile are named.
    """
    heads = _heads(known_head)
    last = _Link(0, "", NOTHING_BEFORE, "", None)
    broken: list[_Link] = []
    for link in _links():
        if link.seq != last.seq + 1:
            yield _gap(last.seq + 1, link.seq - 1)
        if link.words is None:
            yield Fault("entry taken away", link.place, "an entry", "none")
        elif link.sealed() != link.hash:
            if len(broken) < MOST_COMPARED:
                broken.append(link)
            else:
                yield _edited(link)
        elif link.seq == last.seq + 1 and link.prev_hash != last.hash:
            yield Fault("entry rewritten", last.place, link.prev_hash, last.hash)
        for mailed in heads.pop(link.seq, set()) - {link.hash}:
            yield Fault("mailed head differs", link.place, mailed, link.hash)
        last = link
    yield from (_explained(link, broken) for link in broken)
    yield from _beyond(heads, last)
    yield from _unchained()


def head() -> tuple[int, str] | None:
    """Number and hash of the last entry; None without entries."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, hash FROM audit_chain WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1"
        )
        row: tuple[int, str] | None = cursor.fetchone()
    return row


def _links() -> Iterator[_Link]:
    seq = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(PAGE, [seq, PORTION])
            rows = cursor.fetchall()
        for row in rows:
            yield _link(*row)
        if len(rows) < PORTION:
            return
        seq = rows[-1][0]


def _link(
    seq: int, prev_hash: str, own: str, entry_id: str, is_there: bool, words: list[Any]
) -> _Link:
    content = tuple(word or "" for word in words) if is_there else None
    return _Link(seq, prev_hash, own, entry_id, content)


def _gap(first: int, last: int) -> Fault:
    place = str(first) if first == last else f"{first} to {last}"
    return Fault("entries missing", place, str(last - first + 1), "0")


def _edited(link: _Link) -> Fault:
    return Fault("entry edited", link.place, link.hash, link.sealed())


def _explained(link: _Link, broken: list[_Link]) -> Fault:
    """Whether two entries were swapped, or one was edited."""
    for other in broken:
        if other is link:
            continue
        # This content under the number and hashes of the other one, and the other way round.
        if link.sealed(seq=other.seq, prev_hash=other.prev_hash) == other.hash or (
            link.sealed(seq=other.seq) == link.hash
        ):
            return Fault("entry exchanged", link.place, f"number {other.seq}", f"at {link.seq}")
    return _edited(link)


def _heads(known: tuple[int, str] | None) -> dict[int, set[str]]:
    heads: dict[int, set[str]] = {}
    rows = [*AuditHead.objects.values_list("seq", "hash"), *([known] if known else [])]
    for seq, text in rows:
        heads.setdefault(seq, set()).add(text)
    return heads


def _beyond(heads: dict[int, set[str]], last: _Link) -> Iterator[Fault]:
    """Heads that were mailed of numbers that are not there any more."""
    cut = [seq for seq in heads if seq > last.seq]
    if cut:
        yield Fault("tail cut", f"{last.seq + 1} to {max(cut)}", str(max(cut)), str(last.seq))


def _unchained() -> Iterator[Fault]:
    with connection.cursor() as cursor:
        cursor.execute(UNCHAINED)
        for (entry_id,) in cursor.fetchall():
            yield Fault("entry outside the chain", entry_id, "a number", "none")
