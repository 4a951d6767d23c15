"""API endpoints of the learning app."""
