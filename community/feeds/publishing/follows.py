"""Which feeds a member's timeline should follow, and the rows that bring it about (FEED-12)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from accounts.models import Follow, User
from community.feeds.access import open_courses, open_creators
from community.feeds.providers.base import COURSE, INSTRUCTOR, MAIN_FEED, USER, FeedName
from community.models import FeedFollow, FeedMark
from peerloop.kit.sweeps import one_by_one

MOST_MARKS = 200


def wanted_follows(user: User) -> set[FeedName]:
    """The feeds that are open to the member now (FEED-1), and members whom they follow.

    None for who may not sign in.
    """
    if not user.may_sign_in:
        return set()
    parts: tuple[tuple[str, Iterable[UUID]], ...] = (
        (COURSE, open_courses(user).values_list("pk", flat=True)),
        (INSTRUCTOR, open_creators(user).values_list("pk", flat=True)),
        (USER, Follow.objects.filter(follower=user).values_list("followed_id", flat=True)),
    )
    return {MAIN_FEED} | {FeedName(group, str(key)) for group, keys in parts for key in keys}


@transaction.atomic
def settle_follows(*, user_id: UUID, at: datetime) -> int:
    """Note what is to be followed and unfollowed; how many. Safe to repeat, also concurrently."""
    with connection.cursor() as cursor:
        # Two workers must not compute from different moments and write in the other order.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [user_id.int >> 65])
    # What is marked from here on is looked at another time.
    FeedMark.objects.filter(user_id=user_id).delete()
    user = User.objects.get(pk=user_id)
    wanted = wanted_follows(user)
    rows = {FeedName(row.group, row.key): row for row in FeedFollow.objects.filter(user=user)}
    new = [
        FeedFollow(
            user=user, group=feed.group, key=feed.key, next_try_at=at, created_at=at, updated_at=at
        )
        for feed in sorted(wanted - set(rows))
    ]
    FeedFollow.objects.bulk_create(new)
    begun = [row.pk for feed, row in rows.items() if feed in wanted and not row.is_wanted]
    ended = [row.pk for feed, row in rows.items() if feed not in wanted and row.is_wanted]
    for keys, is_wanted in ((begun, True), (ended, False)):
        turned = FeedFollow.objects.filter(pk__in=keys)
        turned.update(is_wanted=is_wanted)
        turned.look_again(at)
    return len(new) + len(begun) + len(ended)


def settle_marked(*, at: datetime, most: int = MOST_MARKS) -> int:
    """Settle the members whose feeds may have changed; how many were looked at."""
    marks = FeedMark.objects.order_by("pk").values_list("user_id", flat=True)[:most]
    people = list(dict.fromkeys(marks))
    return one_by_one(people, lambda user_id: _settled(user_id, at))


def _settled(user_id: UUID, at: datetime) -> None:
    settle_follows(user_id=user_id, at=at)
