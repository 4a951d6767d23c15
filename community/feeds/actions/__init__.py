"""Use cases of feeds."""

from community.feeds.actions.marks import bookmark_post, like_post, unbookmark_post, unlike_post
from community.feeds.actions.writing import delete_post, edit_post, reply_to_post, write_post

__all__ = [
    "bookmark_post",
    "delete_post",
    "edit_post",
    "like_post",
    "reply_to_post",
    "unbookmark_post",
    "unlike_post",
    "write_post",
]
