"""Identifiers of rows: UUID version 7, so that new rows land at the end of an index."""

import os
import time
import uuid
from datetime import UTC, datetime, timedelta


def uuid7() -> uuid.UUID:
    """A new UUIDv7 (RFC 9562): 48 bits of milliseconds, 74 random bits."""
    value = int.from_bytes(os.urandom(10), "big")
    milliseconds = time.time_ns() // 1_000_000
    random_a = (value >> 62) & 0xFFF
    random_b = value & 0x3FFF_FFFF_FFFF_FFFF
    return uuid.UUID(
        int=(milliseconds << 80) | (0x7 << 76) | (random_a << 64) | (0b10 << 62) | random_b
    )


def first_id(moment: datetime) -> uuid.UUID:
    """In front of every UUIDv7 made from that millisecond of real time on, behind all others."""
    milliseconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    return uuid.UUID(int=milliseconds << 80)


def uuid_of(text: str) -> uuid.UUID | None:
    """The id that a text from outside holds; None for any other text."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def made_at(identifier: uuid.UUID) -> datetime:
    """When a UUIDv7 was made, on real time, also in a demo; to the millisecond."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return epoch + timedelta(milliseconds=identifier.int >> 80)
