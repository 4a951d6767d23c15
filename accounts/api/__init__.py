"""The JSON API of members."""
