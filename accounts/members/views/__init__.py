"""Pages of profiles, relations and applications."""
