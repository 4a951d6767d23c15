"""Template libraries of the kit."""
