"""How posts and feeds are named."""

from community.models import FeedGroup, Post
from peerloop.kit.text import isolated

SHORT = 140


def beginning_of(post: Post) -> str:
    """The first words of a post, in one line."""
    text = " ".join(post.visible_text.split())
    return f"{text[:SHORT].rstrip()}…" if len(text) > SHORT else text


def place_of(post: Post) -> str:
    """The feed that a post stands in, in words."""
    if post.course is not None:
        return post.course.title
    if post.feed_group == FeedGroup.INSTRUCTOR and post.creator is not None:
        return f"Community of {isolated(post.creator.name)}"
    return "PeerLoop"
