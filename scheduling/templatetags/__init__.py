"""Template libraries of the scheduling app."""
