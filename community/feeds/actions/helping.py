"""Say which reply to one's question helped."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.identity.access import require_verified
from accounts.models import User
from accounts.notifications.notify import notify
from community.events import ReplyHelped
from community.feeds.notifications import HELPED
from community.feeds.readers import among_readers
from community.feeds.told_of_replies import words_about
from community.models import HelpfulReply, Post
from community.text import beginning
from peerloop.kit.events import announce
from peerloop.kit.refusals import Conflict, Forbidden
from peerloop.kit.rows import locked

TAKEN_BACK_WITHIN = timedelta(minutes=15)


class NotHelpful(Conflict):
    """What helps is somebody else's reply to one's own question."""

    code = "not_helpful"
    message = "Only an answer to a question can be marked."


class TooLateToTakeBack(Conflict):
    """A mark stands after fifteen minutes."""

    code = "too_late"
    message = "This could be taken back for 15 minutes. Now it stays."


@transaction.atomic
def mark_helped(*, reply: Post, by: User, at: datetime) -> None:
    """Mark a reply to one's question as helpful: who wrote it is told, and ReplyHelped announced.

    Both once per reply, however often it is marked. Safe to repeat. Raises NotHelpful, Forbidden
    for who didn't ask, Unverified, and Conflict once the reply is gone.
    """
    question = _question_of(reply, by)
    if reply.author_id == by.pk:
        raise NotHelpful("Your own answer can't be marked.")
    require_verified(by)
    # It may be removed in the same moment; two clicks wait for each other.
    if not locked(Post.objects.visible()).filter(pk=reply.pk).exists():
        raise Conflict("This post is gone.", code="post_gone")
    mark, is_new = HelpfulReply.objects.get_or_create(
        reply=reply,
        defaults={"post": question, "asker": by, "created_at": at, "updated_at": at},
    )
    if not is_new:
        if mark.taken_back_at is not None:
            mark.taken_back_at = None
            mark.save(update_fields=["taken_back_at"])
        return
    announce(ReplyHelped(by.pk, reply.author_id, question.pk, reply.pk, reply.course_id, at))
    notify(
        HELPED,
        people=among_readers([reply.author], reply, by=by),
        key=reply.pk,
        to=[question.pk],
        name=by.name,
        text=f"{words_about(reply.pk, by.pk)} {beginning(reply.visible_text)}".strip(),
        at=at,
    )


@transaction.atomic
def take_help_back(*, reply: Post, by: User, at: datetime) -> None:
    """Take the mark back within fifteen minutes of setting it first. Safe to repeat.

    Points that were given for it stay given. Raises NotHelpful, Forbidden, TooLateToTakeBack.
    """
    _question_of(reply, by)
    mark = locked(HelpfulReply.objects.filter(reply=reply, taken_back_at=None)).first()
    if mark is None:
        return
    if at - mark.created_at > TAKEN_BACK_WITHIN:
        raise TooLateToTakeBack
    mark.taken_back_at = at
    mark.save(update_fields=["taken_back_at"])


def _question_of(reply: Post, by: User) -> Post:
    question = reply.root
    if question is None or not question.is_question:
        raise NotHelpful
    if question.author_id != by.pk:
        raise Forbidden("Only who asked can say what helped.")
    return question
