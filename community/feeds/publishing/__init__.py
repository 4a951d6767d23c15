"""Brings posts and follows to a feed provider outside, once they are rows here (rule FEED-4)."""
