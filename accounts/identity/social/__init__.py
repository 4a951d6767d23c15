"""Accounts elsewhere that sign a member in: Google and GitHub, through allauth (security ID-12)."""
