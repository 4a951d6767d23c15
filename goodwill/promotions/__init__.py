"""Points that bring a post of a course into the main feed (rule FEED-11)."""
