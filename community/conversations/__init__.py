"""Conversations between members, and with support (rules 19)."""
