"""Write, answer, edit and delete posts."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.models import User
from accounts.notifications.live_count import publish_to_topic
from accounts.notifications.notify import notify
from community.feeds.access import Feed, feed_of, require_may_answer, require_may_write
from community.feeds.actions.mentioning import mention_people
from community.feeds.live import topic_of, topic_of_thread
from community.feeds.notifications import ANNOUNCED, REPLIED
from community.feeds.publishing.outlet import publish_soon
from community.feeds.readers import among_readers
from community.feeds.repeats import require_new_words
from community.feeds.timeline import spread
from community.feeds.words import place_of
from community.models import Post, PostType
from community.models.post import DEEPEST_REPLY, EDITABLE_FOR, LONGEST_POST, LONGEST_REPLY
from community.text import beginning, checked_text, require_few_links
from peerloop.kit.refusals import Conflict
from peerloop.kit.rows import locked
from peerloop.kit.tasks import enqueue


class TooDeep(Conflict):
    """Replies go three levels deep (rule FEED-8)."""

    code = "too_deep"
    message = "This thread goes no deeper. Answer the post above it."


class TooLateToEdit(Conflict):
    """A post can be edited for fifteen minutes (rule FEED-8)."""

    code = "too_late"
    message = "A post can be changed for 15 minutes. You can delete it, or write a reply."


class PostGone(Conflict):
    """It was deleted or removed in the same moment."""

    code = "post_gone"
    message = "This post is gone."


@transaction.atomic
def write_post(
    *,
    feed: Feed,
    content: str,
    by: User,
    at: datetime,
    post_type: str = PostType.POST,
    is_question: bool = False,
) -> Post:
    """Write a post into a feed; an announcement notifies its readers (FEED-5, FEED-6, FEED-8).

    It stands in the timeline of every reader of the feed at once, unless these are very many.

    ``content``: 1 to 5,000 characters. Not safe to repeat. Raises Invalid or Repeated naming
    ``content``, Unverified, PostingBanned, FeedClosed, NotForRole.
    """
    text = checked_text(content, most=LONGEST_POST)
    require_may_write(by, feed, post_type, at=at)
    _require_fair_text(text, by=by, feed=feed, at=at)
    post = Post.objects.create(
        author=by,
        feed_group=feed.group,
        course=feed.course,
        creator=feed.creator,
        post_type=post_type,
        content=text,
        is_question=is_question,
        created_at=at,
        updated_at=at,
    )
    spread(post)
    mention_people(post=post, at=at)
    publish_to_topic(topic_of(feed), by=by.pk)
    if post_type == PostType.ANNOUNCEMENT:
        enqueue("community.announce", post_id=post.pk)
    publish_soon()
    return post


@transaction.atomic
def reply_to_post(*, post: Post, content: str, by: User, at: datetime) -> Post:
    """Answer a post or a reply, at most three levels deep; its author is notified.

    ``content``: 1 to 2,000 characters. Not safe to repeat. Raises Invalid or Repeated naming
    ``content``, TooDeep, Unverified, PostingBanned, FeedClosed, and PostGone.
    """
    text = checked_text(content, most=LONGEST_REPLY)
    if post.depth >= DEEPEST_REPLY:
        raise TooDeep
    feed = feed_of(post)
    require_may_answer(by, feed, at=at)
    root_id = post.root_id or post.pk
    _require_fair_text(text, by=by, feed=feed, root_id=root_id, at=at)
    # The parent may be removed in the same moment.
    standing = locked(Post.objects.visible()).filter(pk__in={post.pk, root_id}).order_by("pk")
    if len(standing) < len({post.pk, root_id}):
        raise PostGone
    reply = Post.objects.create(
        author=by,
        feed_group=post.feed_group,
        course=post.course,
        creator=post.creator,
        content=text,
        parent=post,
        root_id=root_id,
        depth=post.depth + 1,
        created_at=at,
        updated_at=at,
    )
    Post.objects.filter(pk__in={post.pk, root_id}).update(reply_count=F("reply_count") + 1)
    publish_to_topic(topic_of_thread(root_id), by=by.pk)
    if post.author_id != by.pk:
        notify(
            REPLIED,
            people=among_readers([post.author], post, by=by),
            key=reply.pk,
            to=[root_id],
            bundle_key=f"replies:{post.pk.hex}",
            name=by.name,
            text=beginning(reply.visible_text),
            count=1,
            at=at,
        )
    mention_people(post=reply, at=at, told=post.author)
    return reply


@transaction.atomic
def edit_post(*, post: Post, content: str, by: User, at: datetime) -> Post:
    """Change the text within fifteen minutes.

    Raises Invalid or Repeated naming ``content``, TooLateToEdit, PostingBanned, FeedClosed, and
    PostGone.
    """
    text = checked_text(content, most=LONGEST_REPLY if post.depth else LONGEST_POST)
    feed = feed_of(post)
    require_may_answer(by, feed, at=at)
    _require_fair_text(text, by=by, feed=feed, root_id=post.root_id, changed=post, at=at)
    row = locked(Post.objects.visible()).filter(pk=post.pk).first()
    if row is None:
        raise PostGone
    if at - row.created_at > EDITABLE_FOR:
        raise TooLateToEdit
    if row.content != text:
        row.content, row.edited_at = text, at
        row.save(update_fields=["content", "edited_at"])
        mention_people(post=row, at=at)
    return row


@transaction.atomic
def delete_post(*, post: Post) -> None:
    """Delete a post at any time; where somebody answered, its place stays. Safe to repeat."""
    row = locked(Post.objects.all()).get(pk=post.pk)
    if row.status == Post.Status.DELETED:
        return
    was_counted = row.is_visible
    row.transition_to(Post.Status.DELETED)
    row.content = DELETED
    row.save(update_fields=["status", "content"])
    publish_soon()
    if was_counted and row.parent_id:
        above = Post.objects.filter(pk__in={row.parent_id, row.root_id})
        above.update(reply_count=F("reply_count") - 1)


def _require_fair_text(
    text: str,
    *,
    by: User,
    feed: Feed,
    at: datetime,
    root_id: UUID | None = None,
    changed: Post | None = None,
) -> None:
    # One text of a member at a time, so that two at once are compared.
    locked(User.objects.filter(pk=by.pk)).values_list("pk").get()
    require_few_links(text, by=by, at=at)
    require_new_words(text, by=by, feed=feed, root_id=root_id, changed=changed, at=at)


DELETED = "(deleted)"


def announce(*, post: Post, people: list[User], at: datetime) -> None:
    """Notify some of the feed's readers of an announcement. Safe to repeat."""
    notify(
        ANNOUNCED,
        people=people,
        key=post.pk,
        to=[post.pk],
        name=post.author.name,
        place=place_of(post),
        text=beginning(post.visible_text),
        at=at,
    )
