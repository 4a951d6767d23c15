"""What a member's own feed is chosen from: posts of its sources, and facts about them.

Two sources, each read by an index from a place on: *near*, the member's timeline and the wide feeds
that they read, and *main*, the posts of everybody else in the main feed, and those of courses that
were promoted into it. Plain values, two statements, whatever the member follows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from accounts.models import User
from community.feeds.access import asked_as
from community.feeds.timeline import look_back
from community.feeds.visits import NOTE, visit
from community.models import FeedGroup, Post
from learning.models import Enrollment
from peerloop.kit.rows import status_sql
from peerloop.kit.statements import prepared_rows, statement

LAST_ID = UUID(int=2**128 - 1)
# Own posts and replies that make the reader active in a feed: of a month, and no more of them.
ACTIVE_FOR = timedelta(days=30)
MOST_OWN = 200

COLUMNS = (
    "p.id, p.created_at, p.author_id, p.feed_group, p.course_id, p.creator_id,"
    " p.like_count, p.reply_count"
)
WANTED = """
    {tops}
    AND NOT EXISTS (SELECT 1 FROM user_blocks b
        WHERE b.blocker_id = p.author_id AND b.blocked_id = %(blocked)s)
    AND NOT EXISTS (SELECT 1 FROM hidden_posts h
        WHERE h.user_id = %(user)s AND h.post_id = coalesce(p.repost_of_id, p.id))
    AND p.author_id <> ALL (ARRAY(SELECT member_id FROM feed_mutes
        WHERE user_id = %(user)s AND member_id IS NOT NULL))
    AND (p.repost_of_id IS NULL OR NOT EXISTS (SELECT 1 FROM posts o JOIN feed_mutes m
        ON m.member_id = o.author_id WHERE o.id = p.repost_of_id AND m.user_id = %(user)s))
    AND (p.course_id IS NULL OR p.course_id <> ALL (ARRAY(SELECT course_id FROM feed_mutes
        WHERE user_id = %(user)s AND course_id IS NOT NULL)))
    AND (p.creator_id IS NULL OR p.creator_id <> ALL (ARRAY(SELECT creator_id FROM feed_mutes
        WHERE user_id = %(user)s AND creator_id IS NOT NULL)))
"""
# A wide feed's posts from a place on, if the member reads it.
WIDE = """
    (SELECT {columns} FROM wide_feeds w CROSS JOIN LATERAL (
        SELECT * FROM posts p WHERE p.{column} = w.feed_id AND p.feed_group = w.feed_group
            AND p.is_pulled AND (p.created_at, p.id) < (%(near_at)s, %(near_id)s)
            AND p.created_at > %(since)s AND {wanted}
        ORDER BY p.created_at DESC, p.id DESC LIMIT {most}) p
    WHERE w.feed_group = '{group}' AND w.newest_at > %(since)s AND ({reads}))
"""
READS = {
    FeedGroup.USER: "EXISTS (SELECT 1 FROM follows f WHERE f.follower_id = %(user)s"
    " AND f.followed_id = w.feed_id)",
    # Who teaches or created it is few; their right is looked up as well as the students'.
    FeedGroup.COURSE: "EXISTS (SELECT 1 FROM enrollments e WHERE e.student_id = %(user)s"
    " AND e.course_id = w.feed_id AND {with_content})"
    " OR EXISTS (SELECT 1 FROM student_teachers s WHERE s.user_id = %(user)s"
    " AND s.course_id = w.feed_id AND s.is_active)"
    " OR EXISTS (SELECT 1 FROM courses c WHERE c.id = w.feed_id AND (c.creator_id = %(user)s"
    " OR EXISTS (SELECT 1 FROM community_moderators m WHERE m.user_id = %(user)s"
    " AND m.creator_id = c.creator_id AND m.is_active)))",
    FeedGroup.INSTRUCTOR: "w.feed_id = %(user)s"
    " OR EXISTS (SELECT 1 FROM instructor_followers i WHERE i.user_id = %(user)s"
    " AND i.creator_id = w.feed_id)"
    " OR EXISTS (SELECT 1 FROM student_teachers s JOIN courses c ON c.id = s.course_id"
    " WHERE s.user_id = %(user)s AND c.creator_id = w.feed_id AND s.is_active)"
    " OR EXISTS (SELECT 1 FROM community_moderators m WHERE m.user_id = %(user)s"
    " AND m.creator_id = w.feed_id AND m.is_active)",
}
COLUMN_OF = {
    FeedGroup.USER: "author_id",
    FeedGroup.COURSE: "course_id",
    FeedGroup.INSTRUCTOR: "creator_id",
}
FOLLOWS = "EXISTS (SELECT 1 FROM follows f WHERE f.follower_id = %(user)s AND f.followed_id = "
NEAR = """
    SELECT true AS is_near, n.*, false AS is_promoted FROM (
        (SELECT {columns} FROM timeline_entries t JOIN posts p ON p.id = t.post_id
            WHERE t.user_id = %(user)s AND (t.posted_at, t.post_id) < (%(near_at)s, %(near_id)s)
            AND t.posted_at > %(since)s AND {wanted}
            ORDER BY t.posted_at DESC, t.post_id DESC LIMIT {most})
        UNION ALL {wide}
    ) n ORDER BY n.created_at DESC, n.id DESC LIMIT {most}
"""
# Posts of the timeline, and of wide feeds that the member reads, are near already. OFFSET 0 keeps
# them looked up post by post: as a join, the plan reads a whole timeline or all follows where those
# of most members are short.
MAIN = """
    SELECT false AS is_near, {columns}, false AS is_promoted FROM posts p
    WHERE p.feed_group = 'user' AND (p.created_at, p.id) < (%(main_at)s, %(main_id)s)
        AND p.created_at > %(since)s AND {wanted}
        AND NOT EXISTS (SELECT 1 FROM timeline_entries t WHERE t.user_id = %(user)s
            AND t.posted_at = p.created_at AND t.post_id = p.id OFFSET 0)
        AND NOT (p.is_pulled AND {follows} p.author_id OFFSET 0))
    ORDER BY p.created_at DESC, p.id DESC LIMIT {most}
"""
# A promoted post stands where its promotion began. Who reads its course has it near (FEED-11).
PROMOTED = """
    SELECT false AS is_near, {columns}, true AS is_promoted
    FROM promoted_posts q JOIN users u ON u.id = q.author_id
        CROSS JOIN LATERAL (SELECT o.id, q.starts_at AS created_at, o.author_id, o.feed_group,
            o.course_id, o.creator_id, o.like_count, o.reply_count, o.depth, o.status,
            o.repost_of_id FROM posts o WHERE o.id = q.post_id) p
    WHERE q.status = 'live' AND q.starts_at <= %(now)s AND q.expires_at > %(now)s
        AND (p.created_at, p.id) < (%(main_at)s, %(main_id)s)
        AND u.is_active AND u.deleted_at IS NULL AND u.suspended_at IS NULL AND {wanted}
        AND NOT ({reads_course})
    ORDER BY p.created_at DESC, p.id DESC LIMIT {most}
"""
BOTH_MAIN = "SELECT * FROM (({main}) UNION ALL ({promoted})) m ORDER BY 3 DESC, 2 DESC LIMIT {most}"
CANDIDATES = """
    SELECT c.*, {follows} c.author_id OFFSET 0) AS is_followed
    FROM (({near}) UNION ALL ({main})) c ORDER BY c.created_at DESC, c.id DESC
"""
FACTS = """
    SELECT
    (SELECT jsonb_object_agg(c.id, jsonb_build_array(
        EXISTS (SELECT 1 FROM enrollments e WHERE e.student_id = %(user)s
            AND e.course_id = c.id AND {with_content}),
        EXISTS (SELECT 1 FROM student_teachers s WHERE s.user_id = %(user)s
            AND s.course_id = c.id AND s.is_active),
        c.creator_id = %(user)s,
        EXISTS (SELECT 1 FROM community_moderators m WHERE m.user_id = %(user)s
            AND m.creator_id = c.creator_id AND m.is_active),
        c.category_id,
        ARRAY(SELECT lower(t.tag) FROM course_tags t WHERE t.course_id = c.id)))
        FROM courses c WHERE c.id = ANY (%(courses)s)),
    (SELECT jsonb_object_agg(u.id, jsonb_build_array(
        EXISTS (SELECT 1 FROM instructor_followers i WHERE i.user_id = %(user)s
            AND i.creator_id = u.id),
        EXISTS (SELECT 1 FROM student_teachers s JOIN courses c ON c.id = s.course_id
            WHERE s.user_id = %(user)s AND c.creator_id = u.id AND s.is_active),
        EXISTS (SELECT 1 FROM community_moderators m WHERE m.user_id = %(user)s
            AND m.creator_id = u.id AND m.is_active)))
        FROM users u WHERE u.id = ANY (%(creators)s)),
    ARRAY(SELECT coalesce(i.category_id::text, i.tag) FROM user_interests i
        WHERE i.user_id = %(user)s),
    (SELECT jsonb_object_agg(x.user_id, x.tags) FROM (
        SELECT x.user_id, array_agg(x.tag) AS tags FROM user_expertise x
        WHERE x.user_id = ANY (%(authors)s) GROUP BY 1) x),
    (SELECT jsonb_object_agg(v.feed_id, v.seen_until) FROM feed_visits v
        WHERE v.user_id = %(user)s AND v.feed_id = ANY (%(feeds)s)),
    (SELECT jsonb_object_agg(o.feed_id, o.words) FROM (
        SELECT o.feed_id, count(*) AS words FROM (
            SELECT coalesce(p.course_id, p.creator_id, p.author_id) AS feed_id FROM posts p
            WHERE p.author_id = %(user)s AND p.created_at > %(active)s
            ORDER BY p.created_at DESC, p.id DESC LIMIT {most_own}) o
        GROUP BY 1) o)
"""


class Edge(NamedTuple):
    """A place in the order of time: a source is read from here on, older posts first."""

    made_at: datetime
    post_id: UUID


def edge_at(at: datetime) -> Edge:
    """In front of everything that was made up to an instant."""
    return Edge(at, LAST_ID)


class Candidate(NamedTuple):
    """A post that may stand in the own feed. ``is_near``: its source is not the main feed.

    ``is_promoted``: it is there only by its promotion, which began at ``made_at``.
    """

    is_near: bool
    post_id: UUID
    made_at: datetime
    author_id: UUID
    feed_group: str
    course_id: UUID | None
    creator_id: UUID | None
    likes: int
    replies: int
    is_promoted: bool
    is_followed: bool

    @property
    def edge(self) -> Edge:
        """Its place."""
        return Edge(self.made_at, self.post_id)

    @property
    def feed_id(self) -> UUID:
        """The feed that it stands in: a course, a creator, or the member who wrote it."""
        return self.course_id or self.creator_id or self.author_id


@dataclass(frozen=True, slots=True)
class CourseTies:
    """What the reader has to do with a course, and what it is about."""

    learns: bool
    teaches: bool
    created: bool
    moderates: bool
    topics: frozenset[str]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about the reader and the feeds of the candidates.

    ``creators``: whether the reader bought from them, teaches or moderates for them.
    ``seen_until``: per feed the end of the visit before; a feed that is missing was not visited
    before. ``words``: per feed the reader's own posts and replies of the last month.
    """

    courses: Mapping[UUID, CourseTies]
    creators: Mapping[UUID, tuple[bool, ...]]
    interests: frozenset[str]
    expertise: Mapping[UUID, frozenset[str]]
    seen_until: Mapping[UUID, datetime]
    words: Mapping[UUID, int]


def candidates(
    reader: User, *, near: Edge, main: Edge, at: datetime, now: datetime, most: int
) -> list[Candidate]:
    """The newest of both sources behind these places, at most ``most`` of each, newest first.

    ``at`` is the instant of the first page, ``now`` that of this one, at which promotions count.

    Without what the reader muted or hid, and posts of who shut them out (rule PRIV-7). A course or
    creator's feed may have closed meanwhile: ``known`` says so. One statement.
    """
    values = {
        "user": reader.pk,
        "blocked": asked_as(reader),
        "since": look_back(at),
        "now": now,
        "near_at": near.made_at,
        "near_id": near.post_id,
        "main_at": main.made_at,
        "main_id": main.post_id,
    }
    return [Candidate(*row) for row in prepared_rows(_candidates_sql(most), values)]


def known(
    reader: User, found: Iterable[Candidate], at: datetime, *, is_visit: bool = False
) -> Known:
    """Facts about the reader and the candidates' feeds; with ``is_visit`` it is noted as one.

    What a visit changes holds from the next one on. One statement.
    """
    rows = list(found)
    values = {
        "user": reader.pk,
        "courses": list({row.course_id for row in rows if row.course_id}),
        "creators": list({row.creator_id for row in rows if row.creator_id}),
        "authors": list({row.author_id for row in rows if row.course_id is None}),
        "feeds": [reader.pk, *{row.feed_id for row in rows if row.feed_group != FeedGroup.USER}],
        "active": at - ACTIVE_FOR,
    }
    if is_visit:
        values |= visit(reader, None, at)
    [told] = prepared_rows(_facts_sql(is_visit=is_visit), values)
    courses, creators, interests, expertise, visits, words = told
    return Known(
        courses={UUID(key): _ties(*row) for key, row in _read(courses).items()},
        creators={UUID(key): tuple(row) for key, row in _read(creators).items()},
        interests=frozenset(interests),
        expertise={UUID(key): frozenset(tags) for key, tags in _read(expertise).items()},
        seen_until={
            UUID(key): datetime.fromisoformat(when)
            for key, when in _read(visits).items()
            if when is not None
        },
        words={UUID(key): number for key, number in _read(words).items()},
    )


def _ties(
    learns: bool,
    teaches: bool,
    created: bool,
    moderates: bool,
    category: str | None,
    tags: list[str],
) -> CourseTies:
    topics = frozenset(tags if category is None else [*tags, category])
    return CourseTies(learns, teaches, created, moderates, topics)


def _read(column: str | None) -> dict[str, Any]:
    return dict(orjson.loads(column)) if column else {}


@cache
def _candidates_sql(most: int) -> str:
    wanted = statement(WANTED, tops=f"p.depth = 0 AND {status_sql('p', [Post.Status.VISIBLE])}")
    parts = {"columns": COLUMNS, "wanted": wanted, "most": str(int(most)), "follows": FOLLOWS}
    with_content = Enrollment.with_content_sql("e")
    wide = " UNION ALL ".join(
        statement(
            WIDE,
            group=str(group.value),
            column=COLUMN_OF[group],
            reads=statement(READS[group], with_content=with_content),
            **parts,
        )
        for group in FeedGroup
    )
    near = statement(NEAR, wide=wide, **parts)
    reads_course = statement(READS[FeedGroup.COURSE], with_content=with_content)
    promoted = statement(
        PROMOTED, reads_course=reads_course.replace("w.feed_id", "p.course_id"), **parts
    )
    main = statement(
        BOTH_MAIN, main=statement(MAIN, **parts), promoted=promoted, most=parts["most"]
    )
    return statement(CANDIDATES, near=near, main=main, **parts)


@cache
def _facts_sql(*, is_visit: bool) -> str:
    with_content = Enrollment.with_content_sql("e")
    facts = statement(FACTS, with_content=with_content, most_own=str(MOST_OWN))
    return f"WITH visit AS ({NOTE}) {facts}" if is_visit else facts
