"""API endpoints of feeds and posts."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.response import Response

from accounts.requests import MemberApiRequest
from community.feeds import serializers as shapes
from community.feeds.access import (
    asked_feed,
    creator_by_id,
    feed_of_course,
    feed_of_creator,
    own_post,
    own_post_to_delete,
    post_in_reach,
    visible_post,
)
from community.feeds.actions import (
    bookmark_post,
    delete_post,
    edit_post,
    like_post,
    reply_to_post,
    unbookmark_post,
    unlike_post,
    write_post,
)
from community.feeds.personal import Order, Show, own_feed
from community.feeds.queries import (
    course_feeds,
    creator_feeds,
    followers_of_creator,
    place_asked,
    posts_of,
    thread_of,
)
from community.feeds.shown import shown
from community.feeds.visits import note_visit
from community.models import FeedPin, Post
from peerloop.kit import clock
from peerloop.kit.answers import BAD
from peerloop.kit.api import Endpoint, identifier
from peerloop.kit.paging import PageQuery, page_of
from peerloop.kit.refusals import Forbidden

FORBIDDEN = OpenApiResponse(
    description="Unverified, banned from posting, the feed is closed, or a role is needed."
)
MISSING = OpenApiResponse(description="Not there, or in a feed that is closed to the caller.")
CLASH = OpenApiResponse(description="Right in itself, but not in the present state.")


class PersonalFeed(Endpoint):
    """The caller's own feed."""

    @extend_schema(
        operation_id="get_feed",
        summary="Your feed",
        description="The main feed, members whom you follow, and the feeds of your courses and "
        "creators. The best first, at most three posts of one feed a page, so a page may be "
        "shorter than `limit`; or with `order=newest` the newest first, and with `feed=main` the "
        "main feed alone. Each post says in `reason` why it is there. Pages go by `cursor`, which "
        "shows nothing twice.",
        parameters=[shapes.PersonalFeedQuery],
        responses={200: shapes.PersonalFeedAnswer, 400: BAD},
    )
    def get(self, request: MemberApiRequest) -> Response:
        """One page."""
        page, asked = page_of(request.query_params), self.query(shapes.PersonalFeedQuery)
        found = own_feed(
            request.user,
            show=asked.get("feed", Show.PERSONAL),
            order=asked.get("order", Order.RANKED),
            cursor=asked.get("cursor", ""),
            page=page,
            at=clock.now(),
        )
        return Response(shapes.PersonalFeedAnswer(found).data)


class FeedAccess(Endpoint):
    """The feeds that are open to the caller."""

    @extend_schema(
        operation_id="get_feed_access",
        summary="Which feeds are open to you",
        responses={200: shapes.AccessAnswer},
    )
    def get(self, request: MemberApiRequest) -> Response:
        """All of them."""
        answer = {
            "course_feeds": course_feeds(request.user),
            "instructor_feeds": creator_feeds(request.user),
            "main_feed": True,
        }
        return Response(shapes.AccessAnswer(answer).data)


class CourseFeed(Endpoint):
    """The feed of one course."""

    @extend_schema(
        operation_id="get_course_feed",
        summary="The feed of a course",
        parameters=[shapes.CourseFeedQuery],
        responses={200: shapes.OneFeedAnswer, 400: BAD, 403: FORBIDDEN, 404: MISSING},
    )
    def get(self, request: MemberApiRequest, course_id: str) -> Response:
        """One page, newest first."""
        feed = feed_of_course(request.user, identifier(course_id))
        page, asked = page_of(request.query_params), self.query(shapes.CourseFeedQuery)
        before = place_asked(asked.get("cursor", ""))
        found = posts_of(
            feed,
            viewer=request.user,
            page=page,
            before=before,
            only_questions=asked["questions"],
        )
        if before is None:
            note_visit(request.user, feed, at=clock.now())
        return Response(shapes.OneFeedAnswer(found).data)


class InstructorFeed(Endpoint):
    """The feed of one creator."""

    @extend_schema(
        operation_id="get_instructor_feed",
        summary="The feed of a creator",
        description="For who bought any course of theirs, their teachers, and themselves.",
        parameters=[shapes.FeedQuery],
        responses={200: shapes.InstructorFeedAnswer, 400: BAD, 403: FORBIDDEN, 404: MISSING},
    )
    def get(self, request: MemberApiRequest, creator_id: str) -> Response:
        """One page, newest first."""
        feed = feed_of_creator(request.user, creator_by_id(request.user, creator_id))
        page, asked = page_of(request.query_params), self.query(shapes.FeedQuery)
        before = place_asked(asked.get("cursor", ""))
        found = posts_of(feed, viewer=request.user, page=page, before=before)
        if before is None:
            note_visit(request.user, feed, at=clock.now())
        return Response(shapes.InstructorFeedAnswer(found, context={"creator": feed.creator}).data)


class InstructorFollowers(Endpoint):
    """Students who read the caller's feed."""

    @extend_schema(
        operation_id="list_instructor_followers",
        summary="Who reads your feed",
        description="For the creator themselves and admins.",
        parameters=[PageQuery],
        responses={200: shapes.InstructorFollowersAnswer, 400: BAD, 403: FORBIDDEN, 404: MISSING},
    )
    def get(self, request: MemberApiRequest, creator_id: str) -> Response:
        """One page, the newest first."""
        creator = creator_by_id(request.user, creator_id)
        if creator.pk != request.user.pk and not request.user.is_admin:
            raise Forbidden("Only the creator sees who reads their feed.")
        page = page_of(request.query_params)
        followers, total = followers_of_creator(creator, page)
        answer = {"followers": followers, "total": total, "page": page.page}
        return Response(shapes.InstructorFollowersAnswer(answer).data)


class Posts(Endpoint):
    """Posts."""

    @extend_schema(
        operation_id="create_post",
        summary="Write a post",
        description="Into the main feed, or that of a course or creator. Announcements are for who "
        "leads a feed, tips and free times for teachers and creators.",
        request=shapes.PostInput,
        responses={201: shapes.PostAnswer, 400: BAD, 403: FORBIDDEN, 409: CLASH},
    )
    def post(self, request: MemberApiRequest) -> Response:
        """Write it."""
        given = self.body(shapes.PostInput)
        post = write_post(
            feed=asked_feed(request.user, given),
            content=given["content"],
            post_type=given["post_type"],
            is_question=given["is_question"],
            by=request.user,
            at=clock.now(),
        )
        return Response(answer_of(request, post), status=201)


class OnePost(Endpoint):
    """One post."""

    @extend_schema(
        operation_id="get_post",
        summary="A post with its replies",
        responses={200: shapes.ThreadAnswer, 404: MISSING},
    )
    def get(self, request: MemberApiRequest, post_id: str) -> Response:
        """The post and what was answered."""
        post = post_in_reach(request.user, post_id)
        [one] = shown([post], request.user)
        replies = [] if one.is_outside else thread_of(post, request.user)
        answer = {"post": one, "replies": replies}
        return Response(shapes.ThreadAnswer(answer).data)

    @extend_schema(
        operation_id="edit_post",
        summary="Change your post",
        description="Within fifteen minutes.",
        request=shapes.EditInput,
        responses={200: shapes.PostAnswer, 400: BAD, 403: FORBIDDEN, 404: MISSING, 409: CLASH},
    )
    def patch(self, request: MemberApiRequest, post_id: str) -> Response:
        """Change its text."""
        post, given = own_post(request.user, post_id), self.body(shapes.EditInput)
        edited = edit_post(post=post, content=given["content"], by=request.user, at=clock.now())
        return Response(answer_of(request, edited))

    @extend_schema(
        operation_id="delete_post",
        summary="Delete your post",
        responses={204: None, 403: FORBIDDEN, 404: MISSING},
    )
    def delete(self, request: MemberApiRequest, post_id: str) -> Response:
        """Delete it."""
        delete_post(post=own_post_to_delete(request.user, post_id))
        return Response(status=204)


class Likes(Endpoint):
    """The caller's like of a post."""

    @extend_schema(
        operation_id="like_post",
        summary="Like a post",
        description="Safe to repeat.",
        request=None,
        responses={200: shapes.PostAnswer, 403: FORBIDDEN, 404: MISSING},
    )
    def post(self, request: MemberApiRequest, post_id: str) -> Response:
        """Like it."""
        post = visible_post(request.user, post_id)
        like_post(post=post, by=request.user, at=clock.now())
        return Response(answer_of(request, post))

    @extend_schema(
        operation_id="unlike_post",
        summary="Take your like back",
        description="Safe to repeat.",
        responses={200: shapes.PostAnswer, 404: MISSING},
    )
    def delete(self, request: MemberApiRequest, post_id: str) -> Response:
        """Take it back."""
        post = visible_post(request.user, post_id)
        unlike_post(post=post, by=request.user)
        return Response(answer_of(request, post))


class Bookmarks(Endpoint):
    """The caller's bookmark of a post."""

    @extend_schema(
        operation_id="bookmark_post",
        summary="Bookmark a post",
        description="Only you see your bookmarks. Safe to repeat.",
        request=None,
        responses={200: shapes.PostAnswer, 404: MISSING},
    )
    def post(self, request: MemberApiRequest, post_id: str) -> Response:
        """Save it."""
        post = visible_post(request.user, post_id)
        bookmark_post(post=post, by=request.user, at=clock.now())
        return Response(answer_of(request, post))

    @extend_schema(
        operation_id="unbookmark_post",
        summary="Remove a bookmark",
        description="Safe to repeat.",
        responses={200: shapes.PostAnswer, 404: MISSING},
    )
    def delete(self, request: MemberApiRequest, post_id: str) -> Response:
        """Remove it."""
        post = visible_post(request.user, post_id)
        unbookmark_post(post=post, by=request.user)
        return Response(answer_of(request, post))


class Replies(Endpoint):
    """Replies to a post."""

    @extend_schema(
        operation_id="reply_to_post",
        summary="Reply to a post",
        description="Or to a reply, three levels deep.",
        request=shapes.ReplyInput,
        responses={201: shapes.PostAnswer, 400: BAD, 403: FORBIDDEN, 404: MISSING, 409: CLASH},
    )
    def post(self, request: MemberApiRequest, post_id: str) -> Response:
        """Write it."""
        post, given = visible_post(request.user, post_id), self.body(shapes.ReplyInput)
        reply = reply_to_post(post=post, content=given["content"], by=request.user, at=clock.now())
        return Response(answer_of(request, reply), status=201)


def answer_of(request: MemberApiRequest, post: Post) -> Any:
    """The post with its figures as they are now."""
    pinned = FeedPin.objects.filter(post=post).values_list("post_id", flat=True)
    [one] = shown([post], request.user, pinned=pinned)
    return shapes.PostAnswer(one).data
