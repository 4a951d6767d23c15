"""URLs of feeds and posts."""

from typing import Any

from django.urls import path

from community.feeds import api as endpoints
from community.feeds import api_marks, muted_api
from community.feeds.token_api import StreamToken
from community.feeds.views import feeds, marks, muted, news, posts, watching

pages: list[Any] = [
    path("feed", feeds.personal, name="feed"),
    path("feed/newest", news.newest, name="newest-words"),
    path("feed/news", watching.news, name="feed-news"),
    path("feed/muted", muted.muted, name="muted"),
    path("bookmarks", feeds.bookmarks, name="bookmarks"),
    path("courses/<slug:slug>/feed", feeds.course, name="course-feed"),
    path("instructors/<str:handle>/feed", feeds.creator, name="creator-feed"),
    path("posts/<uuid:post_id>", posts.post, name="post"),
    path("posts/<uuid:post_id>/reply", posts.reply, name="reply-to-post"),
    path("posts/<uuid:post_id>/like", posts.like, name="like-post"),
    path("posts/<uuid:post_id>/bookmark", posts.bookmark, name="bookmark-post"),
    path("posts/<uuid:post_id>/repost", marks.repost, name="repost-post"),
    path("posts/<uuid:post_id>/pin", marks.pin, name="pin-post"),
    path("posts/<uuid:post_id>/helped", marks.helped, name="helped"),
    path("posts/<uuid:post_id>/keep", marks.keep, name="keep-post"),
    path("u/<str:handle>/posts", feeds.of_member, name="member-posts"),
    path("u/<str:handle>/keep", marks.keep_member, name="keep-member"),
    path("feed/pins", marks.kept, name="companions"),
    path("feed/pins/<uuid:pin_id>/remove", marks.remove_kept, name="remove-companion"),
    path("posts/<uuid:post_id>/hide", muted.hide, name="hide-post"),
    path("posts/<uuid:post_id>/mute", muted.mute_by_post, name="mute-by-post"),
    path("posts/<uuid:post_id>/edit", posts.edit, name="edit-post"),
    path("posts/<uuid:post_id>/delete", posts.delete, name="delete-post"),
]
api = [
    path("feed", endpoints.PersonalFeed.as_view(), name="feed"),
    path("feed/mutes", muted_api.FeedMutes.as_view(), name="feed-mutes"),
    path("feed/mutes/<str:mute_id>", muted_api.OneFeedMute.as_view(), name="feed-mute"),
    path("feed/access", endpoints.FeedAccess.as_view(), name="feed-access"),
    path("courses/<str:course_id>/feed", endpoints.CourseFeed.as_view(), name="course-feed"),
    path(
        "instructors/<str:creator_id>/feed",
        endpoints.InstructorFeed.as_view(),
        name="instructor-feed",
    ),
    path(
        "users/<str:creator_id>/instructor-followers",
        endpoints.InstructorFollowers.as_view(),
        name="instructor-followers",
    ),
    path("posts", endpoints.Posts.as_view(), name="posts"),
    path("posts/<str:post_id>", endpoints.OnePost.as_view(), name="post"),
    path("posts/<str:post_id>/like", endpoints.Likes.as_view(), name="like-post"),
    path("posts/<str:post_id>/bookmark", endpoints.Bookmarks.as_view(), name="bookmark-post"),
    path("posts/<str:post_id>/repost", api_marks.Reposts.as_view(), name="repost-post"),
    path("posts/<str:post_id>/pin", api_marks.Pins.as_view(), name="pin-post"),
    path("posts/<str:post_id>/helped", api_marks.Helped.as_view(), name="helped"),
    path("feed/pins", api_marks.Companions.as_view(), name="companions"),
    path("feed/pins/<str:pin_id>", api_marks.OneCompanion.as_view(), name="companion"),
    path("feed/recent-posters", api_marks.Posters.as_view(), name="recent-posters"),
    path("posts/<str:post_id>/hide", muted_api.HiddenPosts.as_view(), name="hide-post"),
    path("posts/<str:post_id>/reply", endpoints.Replies.as_view(), name="reply-to-post"),
    path("stream/token", StreamToken.as_view(), name="stream-token"),
]
