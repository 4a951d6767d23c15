"""Keep who is named in a post, and tell them once."""

from datetime import datetime

from django.db.models import Exists, F, Func, OuterRef, Q, TextField, Value

from accounts.models import Block, User
from accounts.notifications.notify import notify
from community.feeds.access import feed_of
from community.feeds.mentions import MOST_MENTIONS, members_named
from community.feeds.notifications import MENTIONED
from community.feeds.readers import who_read
from community.feeds.words import place_of
from community.models import Post, PostMention
from community.text import beginning
from peerloop.kit.personal_data import ClosedAccount


def mention_people(*, post: Post, at: datetime, told: User | None = None) -> None:
    """Keep the members named in the post's text, and notify those who were not named before.

    At most ten a post, also over later edits. Who can't read the feed, is blocked by the author or
    blocked them is not notified, nor is ``told``, who learns of it in another way. Safe to repeat.
    Belongs in the transaction that writes the text.
    """
    named = [person for person in members_named(post.content) if person.pk != post.author_id]
    if not named:
        return
    kept = set(PostMention.objects.filter(post=post).values_list("user_id", flat=True))
    new = [person for person in named if person.pk not in kept][: MOST_MENTIONS - len(kept)]
    PostMention.objects.bulk_create(
        (PostMention(post=post, user=person, created_at=at, updated_at=at) for person in new),
        ignore_conflicts=True,
    )
    if not new:
        return
    between = Block.objects.filter(
        Q(blocker=OuterRef("pk"), blocked=post.author)
        | Q(blocker=post.author, blocked=OuterRef("pk"))
    )
    wanted = [person.pk for person in new if person != told]
    readers = who_read(feed_of(post)).filter(pk__in=wanted)
    notify(
        MENTIONED,
        people=readers.exclude(Exists(between)),
        key=post.pk,
        to=[post.root_id or post.pk],
        name=post.author.name,
        place=place_of(post),
        text=beginning(post.visible_text),
        at=at,
    )


def forget_handle(account: ClosedAccount, at: datetime) -> None:
    """Take the handle of a member whose data is erased out of posts that name them.

    Safe to repeat: the mentions are deleted later.
    """
    naming = PostMention.objects.filter(user_id=account.user_id).values("post_id")
    without = Func(
        F("content"),
        Value(rf"@{account.handle}(?![A-Za-z0-9_])"),
        Value("@\N{HORIZONTAL ELLIPSIS}"),
        Value("gi"),
        function="regexp_replace",
        output_field=TextField(),
    )
    Post.objects.filter(pk__in=naming).update(content=without)
