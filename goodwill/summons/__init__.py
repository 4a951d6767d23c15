"""Calling for help in a course, and answering (rules SUM-1 to SUM-4)."""
