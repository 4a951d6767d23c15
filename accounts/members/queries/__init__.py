"""Reads of profiles and lists of members."""
