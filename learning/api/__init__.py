"""API doors of the learning app."""
