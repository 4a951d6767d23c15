"""Invariants of instructor followers."""

from peerloop.kit.invariants import Invariant

FOLLOWERS = """
WITH wanted AS (
    SELECT DISTINCT c.creator_id, e.student_id AS user_id
    FROM enrollments e JOIN courses c ON c.id = e.course_id WHERE e.status <> 'cancelled'
)
SELECT coalesce(w.creator_id, f.creator_id) || ' ' || coalesce(w.user_id, f.user_id),
       CASE WHEN w.user_id IS NULL THEN 'no follower' ELSE 'a follower' END,
       CASE WHEN f.user_id IS NULL THEN 'no follower' ELSE 'a follower' END
FROM wanted w FULL JOIN instructor_followers f
    ON f.creator_id = w.creator_id AND f.user_id = w.user_id
WHERE w.user_id IS NULL OR f.user_id IS NULL
"""

INVARIANTS = (Invariant("I7", "followers of a creator are the students", FOLLOWERS),)
