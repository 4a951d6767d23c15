"""Pages of a community."""
