"""Courses that members miss (rule REQ-1)."""
