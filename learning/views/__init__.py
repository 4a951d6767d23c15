"""Pages of the learning app."""
