"""Event handlers of points."""

from community.events import ReplyHelped
from goodwill.points.actions.awards import award_helpful_reply
from peerloop.kit.tasks import enqueue
from scheduling.events import SessionCompleted


def award_who_helped(event: ReplyHelped) -> None:
    """Thank who wrote the reply; the mark stands whatever the rules of points say."""
    award_helpful_reply(asker_id=event.asker_id, reply_id=event.reply_id, at=event.at)


def look_for_mentor(event: SessionCompleted) -> None:
    """If it was a new teacher's first session, somebody earned points.

    In a task of its own: money and rights of the session don't wait for points.
    """
    enqueue("goodwill.mentor", session_id=event.session_id)
