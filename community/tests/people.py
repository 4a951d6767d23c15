"""Conversations and communities for tests."""

from datetime import UTC, datetime, timedelta

from community.conversations.actions import open_conversation, send_message
from community.feeds.access import MAIN, Feed
from community.feeds.actions import (
    keep_post,
    mark_helped,
    pin_post,
    reply_to_post,
    repost,
    write_post,
)
from community.feeds.actions.followers import add_instructor_follower
from peerloop.kit import clock
from tests.cast import a_course, a_member, a_teacher, an_enrollment

AT = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def a_conversation(one, other, *texts, at=AT):
    """A conversation in which the two take turns, a minute apart; ``one`` begins."""
    conversation = open_conversation(others=[other], by=one, at=at)
    for turn, text in enumerate(texts):
        send_message(
            conversation=conversation,
            content=text,
            by=[one, other][turn % 2],
            at=at + timedelta(minutes=turn),
        )
    conversation.refresh_from_db()
    return conversation


class Community:
    """Clara's course with Tom who teaches and Sam who learns; Olga has no part in it."""

    def __init__(self):
        self.course = a_course()
        self.clara = self.course.creator
        self.tom = a_teacher(self.course).user
        self.sam = a_member()
        enrollment = an_enrollment(self.sam, self.course)
        add_instructor_follower(
            creator_id=self.clara.pk,
            user_id=self.sam.pk,
            enrollment_id=enrollment.pk,
            at=AT,
        )
        self.olga = a_member("Olga")
        self.mona = a_member("Mona", is_moderator=True)
        self.inside = Feed("course", self.course)
        self.of_clara = Feed("instructor", creator=self.clara)

    def post(self, by, content="Hello", feed=MAIN, **fields):
        """A post of now."""
        return write_post(feed=feed, content=content, by=by, at=clock.now(), **fields)


def beside_posts(kim):
    """Kim reposts, keeps, pins and says what helped; Tom names her."""
    at, tom = clock.now(), a_member("Tom Teacher")
    his = write_post(feed=MAIN, content=f"Ask @{kim.handle}", by=tom, at=at)
    repost(post=his, by=kim, at=at)
    keep_post(post=his, by=kim, at=at)
    asked = write_post(feed=MAIN, content="How?", is_question=True, by=kim, at=at)
    mark_helped(reply=reply_to_post(post=asked, content="So.", by=tom, at=at), by=kim, at=at)
    feed = Feed("instructor", creator=kim)
    pin_post(post=write_post(feed=feed, content="Hello", by=kim, at=at), by=kim, at=at)
