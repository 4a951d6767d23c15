"""Invariants of requests for courses."""

from peerloop.kit.invariants import Invariant

VOTES = """
SELECT r.id::text, coalesce(n.votes, 0), r.vote_count
FROM content_requests r LEFT JOIN (
    SELECT request_id, count(*) AS votes FROM content_request_votes GROUP BY request_id
) n ON n.request_id = r.id
WHERE r.vote_count <> coalesce(n.votes, 0)
"""

INVARIANTS = (Invariant("I9", "votes of a request", VOTES),)
