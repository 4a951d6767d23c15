"""What the endpoints of feeds read and answer."""

from typing import Any

from rest_framework import serializers

from accounts.members.serializers import PersonAnswer
from community.feeds.cursors import LONGEST as LONGEST_CURSOR
from community.feeds.personal import Order, Show
from community.feeds.rows import Author
from community.feeds.shown import ShownPost
from community.models import FeedGroup, PostType
from community.models.post import LONGEST_POST, LONGEST_REPLY
from peerloop.kit.inputs import Choice, Id, Input, Listed, Text, Truth
from peerloop.kit.paging import PageQuery
from peerloop.kit.pictures import public_url

Shape = serializers.Serializer[Any]


class PostInput(Input):
    """A post. ``course_id``, or ``feed_type`` with ``feed_id``, name another feed than the main."""

    content = Text(max_length=LONGEST_POST)
    post_type = Choice(PostType.choices, required=False, default=PostType.POST)
    course_id = Id(required=False)
    feed_type = Choice(FeedGroup.choices, required=False)
    feed_id = Text(required=False, max_length=60, help_text="`course_<id>` or `instructor_<id>`.")
    is_question = Truth(required=False, default=False)


class ReplyInput(Input):
    """An answer to a post or to a reply."""

    content = Text(max_length=LONGEST_REPLY)


class EditInput(Input):
    """The new text of a post."""

    content = Text(max_length=LONGEST_POST)


class FeedQuery(PageQuery):
    """Which posts: pages, or what is older than a cursor."""

    cursor = Text(required=False, max_length=300, help_text="`next_cursor` of the answer before.")


class PersonalFeedQuery(PageQuery):
    """Which posts of the own feed, and in which order."""

    order = Choice(Order.choices, required=False, help_text="`ranked` without it.")
    feed = Choice(Show.choices, required=False, help_text="`personal` without it.")
    cursor = Text(
        required=False,
        max_length=LONGEST_CURSOR,
        help_text="`next_cursor` of the answer before; it keeps the order that it began with.",
    )


class CourseFeedQuery(FeedQuery):
    """The same, or questions only."""

    questions = Truth(required=False, default=False, help_text="Questions only.")


class CourseOfPost(Shape):
    """The course of a post."""

    id = serializers.UUIDField()
    title = serializers.CharField()


class PromotionOfPost(Shape):
    """By what a post of a course stands in the main feed."""

    points_spent = serializers.IntegerField()
    expires_at = serializers.DateTimeField()


class PostAnswer(Shape):
    """A post or reply as the caller sees it."""

    # They describe what ``post_values`` makes: twenty posts a page are too many for them.
    id = serializers.UUIDField()
    author = PersonAnswer()
    content = serializers.CharField(help_text="Empty once it was removed or deleted.")
    post_type = serializers.ChoiceField(PostType.choices)
    feed_type = serializers.ChoiceField(FeedGroup.choices)
    course = CourseOfPost(allow_null=True)
    parent_id = serializers.UUIDField(allow_null=True)
    is_question = serializers.BooleanField()
    status = serializers.CharField()
    like_count = serializers.IntegerField()
    reply_count = serializers.IntegerField()
    repost_count = serializers.IntegerField()
    is_liked = serializers.BooleanField()
    is_bookmarked = serializers.BooleanField()
    is_reposted = serializers.BooleanField(help_text="By the caller.")
    is_pinned = serializers.BooleanField(help_text="To the top of its feed.")
    is_answered = serializers.BooleanField(help_text="The asker said that a reply helped.")
    has_helped = serializers.BooleanField(help_text="The asker said that this reply helped.")
    reposted_by = PersonAnswer(
        allow_null=True, help_text="Through whose repost it stands in this list."
    )
    promotion = PromotionOfPost(
        allow_null=True, help_text="While its author keeps it in the main feed with points."
    )
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)

    def to_representation(self, one: ShownPost) -> dict[str, Any]:
        """The values of one post."""
        return post_values(one)


def post_values(one: ShownPost) -> dict[str, Any]:
    """A post as ``PostAnswer`` describes it."""
    row, repost = one.row, one.repost
    course, promotion = row.course, one.promotion
    return {
        "id": row.pk,
        "author": _person(row.author),
        "content": row.visible_text,
        "post_type": row.post_type,
        "feed_type": row.feed_group,
        "course": None if course is None else {"id": course.pk, "title": course.title},
        "parent_id": row.parent_id,
        "is_question": row.is_question,
        "status": row.status,
        "like_count": row.like_count,
        "reply_count": row.reply_count,
        "repost_count": row.repost_count,
        "is_liked": one.is_liked,
        "is_bookmarked": one.is_saved,
        "is_reposted": one.is_reposted,
        "is_pinned": one.is_pinned,
        "is_answered": one.is_answered,
        "has_helped": one.has_helped,
        "reposted_by": None if repost is None else _person(repost.author),
        "promotion": None
        if promotion is None
        else {"points_spent": promotion.points, "expires_at": promotion.until},
        "created_at": row.created_at,
        "edited_at": row.edited_at,
    }


def _person(author: Author) -> dict[str, Any]:
    return {
        "id": author.pk,
        "name": author.name,
        "avatar_url": public_url(author.avatar_url),
    }


class Cursored(Shape):
    """Where the next posts begin."""

    next_cursor = serializers.SerializerMethodField()

    def get_next_cursor(self, found: Any) -> str | None:
        """For ``cursor``; null at the end."""
        return found.next.word() if found.next else None


class FeedAnswer(Cursored):
    """Posts of several feeds."""

    posts = PostAnswer(many=True, source="rows")


class PersonalPostAnswer(PostAnswer):
    """A post in the caller's own feed."""

    reason = serializers.CharField(help_text="Why it is there, in a few words for the reader.")

    def to_representation(self, one: ShownPost) -> dict[str, Any]:
        """The values of one post, and the reason."""
        return post_values(one) | {"reason": one.reason}


class PersonalFeedAnswer(Cursored):
    """A page of the caller's own feed."""

    posts = PersonalPostAnswer(many=True, source="rows")


class OneFeedAnswer(FeedAnswer):
    """Posts of one feed; those that are pinned also by themselves."""

    pinned = PostAnswer(many=True)
    total = serializers.IntegerField()


class InstructorFeedAnswer(OneFeedAnswer):
    """Posts of a creator's feed; the context holds the ``creator``."""

    instructor = serializers.SerializerMethodField()

    def get_instructor(self, found: Any) -> PersonAnswer:
        """Whose feed it is."""
        return PersonAnswer(self.context["creator"]).data  # type: ignore[return-value]


class ThreadAnswer(Shape):
    """A post with all its replies, each after the one that it answers."""

    post = PostAnswer()
    replies = PostAnswer(many=True)


class CourseFeed(Shape):
    """A course whose feed is open."""

    course_id = serializers.UUIDField(source="pk")
    course_title = serializers.CharField(source="title")


class InstructorFeed(Shape):
    """A creator whose feed is open."""

    instructor_id = serializers.UUIDField(source="pk")
    instructor_name = serializers.CharField(source="name")


class AccessAnswer(Shape):
    """The feeds that are open to the caller."""

    course_feeds = CourseFeed(many=True)
    instructor_feeds = InstructorFeed(many=True)
    main_feed = serializers.BooleanField()


class FollowerAnswer(Shape):
    """A student who reads the creator's feed."""

    user = PersonAnswer()
    first_enrollment_at = serializers.DateTimeField()
    courses_enrolled = serializers.ListField(child=serializers.CharField())


class InstructorFollowersAnswer(Shape):
    """A page of students."""

    followers = FollowerAnswer(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()


class FeedTokenInput(Input):
    """The feeds that a token is wanted for."""

    requested_feeds = Listed(
        child=Text(max_length=60),
        required=False,
        max_length=100,
        help_text="`course:<id>`, `instructor:<id>`, `townhall:main`, `user:*`.",
    )


class FeedTokenAnswer(Shape):
    """A token of the feed provider, and what it may be used for."""

    token = serializers.CharField()
    user_id = serializers.UUIDField()
    api_key = serializers.CharField(help_text="`local` where no provider outside is set up.")
    allowed_feeds = serializers.ListField(child=serializers.CharField())
