"""Use cases of feeds."""

from community.feeds.actions.companions import (
    keep_author,
    keep_post,
    let_author_go,
    let_go,
    let_post_go,
)
from community.feeds.actions.helping import mark_helped, take_help_back
from community.feeds.actions.marks import bookmark_post, like_post, unbookmark_post, unlike_post
from community.feeds.actions.pinning import pin_post, unpin_post
from community.feeds.actions.promoting import promote_post, require_promotable
from community.feeds.actions.reposting import repost, undo_repost
from community.feeds.actions.writing import delete_post, edit_post, reply_to_post, write_post

__all__ = [
    "bookmark_post",
    "delete_post",
    "edit_post",
    "keep_author",
    "keep_post",
    "let_author_go",
    "let_go",
    "let_post_go",
    "like_post",
    "mark_helped",
    "pin_post",
    "promote_post",
    "reply_to_post",
    "repost",
    "require_promotable",
    "take_help_back",
    "unbookmark_post",
    "undo_repost",
    "unlike_post",
    "unpin_post",
    "write_post",
]
