"""Feeds: who reads which, posts with replies, likes and bookmarks (rules 17)."""
