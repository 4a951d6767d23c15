"""Template libraries of the accounts app."""
