"""Pages of feeds and posts."""
