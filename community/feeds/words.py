"""How posts and feeds are named."""

from community.feeds.rows import PostRow
from community.models import FeedGroup, Post
from peerloop.kit.text import isolated


def place_of(post: Post | PostRow) -> str:
    """The feed that a post stands in, in words."""
    if post.course is not None:
        return post.course.title
    if post.feed_group == FeedGroup.INSTRUCTOR and post.creator is not None:
        return f"Community of {isolated(post.creator.name)}"
    return "PeerLoop"
