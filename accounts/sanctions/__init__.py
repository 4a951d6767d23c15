"""Posting bans and suspensions."""
