"""The demo clock: real time plus an offset that only grows, stored as a row."""

from datetime import timedelta

from django.db import transaction
from django.db.utils import DatabaseError

from accounts.models import PlatformSetting
from peerloop.kit.refusals import Invalid

KEY = "demo_clock_offset_seconds"
LONGEST_SECONDS = 400 * 24 * 3600


def read_offset() -> timedelta:
    """The offset of the demo clock; zero before the first migration."""
    try:
        with transaction.atomic():
            return timedelta(seconds=int(PlatformSetting.read(KEY, 0)))
    except DatabaseError:
        return timedelta()


@transaction.atomic
def move_forward(*, seconds: int) -> int:
    """Move the demo clock forward by whole seconds; the new offset. Never back."""
    if not 1 <= seconds <= LONGEST_SECONDS:
        raise Invalid.field("advance_seconds", f"Give whole seconds from 1 to {LONGEST_SECONDS}.")
    PlatformSetting.objects.get_or_create(key=KEY, defaults={"value": 0})
    row = PlatformSetting.objects.select_for_update().get(key=KEY)
    row.value = int(row.value) + seconds
    row.save(update_fields=["value"])
    return int(row.value)
