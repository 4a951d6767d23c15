"""Template libraries of the community app."""
