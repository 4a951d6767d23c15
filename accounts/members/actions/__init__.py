"""Use cases of profiles and relations."""
