"""The admin site of learning. Rows are read-only; changes are made by the app's actions, with a
reason where they affect somebody's rights (rules ADM-1, ADM-2).
"""

from learning.admin import certificates, enrollments, teaching, work

__all__ = ["certificates", "enrollments", "teaching", "work"]
