"""A private calendar address: made, replaced, ended."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from scheduling.actions.locks import lock_members
from scheduling.models import CalendarFeed

NOTED_EVERY = timedelta(hours=1)


@transaction.atomic
def make_feed(*, user: User, at: datetime) -> CalendarFeed:
    """Give a member a new calendar address; the one before is void. Repeating makes another."""
    lock_members(user.pk)
    CalendarFeed.objects.filter(user=user).delete()
    return CalendarFeed.objects.create(user=user, created_at=at, updated_at=at)


@transaction.atomic
def end_feed(*, user: User) -> None:
    """Void a member's calendar address. Safe to repeat."""
    CalendarFeed.objects.filter(user=user).delete()


def note_read(*, feed: CalendarFeed, at: datetime) -> None:
    """Keep when a calendar read it last, at most once an hour. Safe to repeat."""
    old = Q(last_read_at=None) | Q(last_read_at__lt=at - NOTED_EVERY)
    CalendarFeed.objects.filter(old, pk=feed.pk).update(last_read_at=at)
