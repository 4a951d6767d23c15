"""When members look at feeds: what was made since their visit before is new to them (FEED-7)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.models import User
from community.feeds.access import Feed
from community.models import FeedGroup
from peerloop.kit.ids import uuid7
from peerloop.kit.statements import prepared_cursor

# Looking again within this time is the same visit; it is noted once a minute at most.
SAME_VISIT = timedelta(minutes=30)
NOTED_AGAIN = timedelta(minutes=1)
NOTE = """
    INSERT INTO feed_visits
        (id, user_id, feed_group, feed_id, created_at, updated_at, last_visited_at)
    SELECT %(id)s::uuid, %(user)s::uuid, %(group)s::text, %(feed)s::uuid, %(at)s::timestamptz,
        %(at)s, %(at)s
    WHERE NOT EXISTS (SELECT 1 FROM feed_visits v WHERE v.user_id = %(user)s
        AND v.feed_group = %(group)s::text AND v.feed_id = %(feed)s
        AND v.last_visited_at > %(noted)s)
    ON CONFLICT (user_id, feed_group, feed_id) DO UPDATE SET
        seen_until = CASE WHEN feed_visits.last_visited_at < %(before)s
            THEN feed_visits.last_visited_at ELSE feed_visits.seen_until END,
        last_visited_at = excluded.last_visited_at, updated_at = excluded.updated_at
    WHERE feed_visits.last_visited_at < excluded.last_visited_at
"""


def note_visit(user: User, feed: Feed | None, *, at: datetime) -> None:
    """Note that the member looks at a feed; None is their own. Safe to repeat.

    One statement, which writes nothing if they looked within the last minute.
    """
    with prepared_cursor() as cursor:
        cursor.execute(NOTE, visit(user, feed, at))


def visit(user: User, feed: Feed | None, at: datetime) -> dict[str, Any]:
    """The values of ``NOTE``."""
    return {
        "id": uuid7(),
        "user": user.pk,
        "group": FeedGroup.USER.value if feed is None else feed.group,
        "feed": user.pk if feed is None else _id_of(feed, user),
        "at": at,
        "noted": at - NOTED_AGAIN,
        "before": at - SAME_VISIT,
    }


def _id_of(feed: Feed, user: User) -> UUID:
    if feed.course is not None:
        return feed.course.pk
    return user.pk if feed.creator is None else feed.creator.pk
