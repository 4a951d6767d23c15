"""Mails: which there are, and how one becomes text and HTML."""
