"""Forms of profiles, media and applications."""
