"""Certificates as Open Badges 3.0: signed documents that anybody verifies without asking us.

``credentials`` says what a badge holds, ``keys`` what signs it, ``status`` which ones were revoked,
``checking`` whether a badge that somebody shows us is ours and still holds.
"""
