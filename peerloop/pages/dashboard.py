"""One home for all of a member's roles: what is next, what is under way, what waits."""
