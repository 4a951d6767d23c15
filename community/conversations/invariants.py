"""The kept numbers of conversations."""

from peerloop.kit.invariants import Invariant, Recount

COUNTED = """
SELECT count(*) FROM messages m WHERE m.conversation_id = p.conversation_id
AND m.number > p.last_read_number AND m.sender_id <> p.user_id
"""
UNREAD = f"""
SELECT * FROM (
    SELECT p.id, ({COUNTED}) AS expected, p.unread_count FROM conversation_participants p
) counted WHERE expected <> unread_count
"""  # noqa: S608 - made of constants
RECOUNT = f"""
UPDATE conversation_participants p SET unread_count = ({COUNTED}) WHERE id = %s
"""  # noqa: S608 - made of constants
LAST = """
SELECT c.id, coalesce(max(m.number), 0), c.last_number
FROM conversations c LEFT JOIN messages m ON m.conversation_id = c.id
GROUP BY c.id HAVING coalesce(max(m.number), 0) <> c.last_number
"""

INVARIANTS = (
    Invariant(
        "I9",
        "unread messages of a participant",
        UNREAD,
        Recount(table="conversation_participants", column="unread_count", update=RECOUNT),
    ),
    Invariant("I9", "number of the newest message of a conversation", LAST),
)
