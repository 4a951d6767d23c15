"""Notifications in the app, mails, and who wants which of them.

Declares the one mail that is about no subject of accounts above this one.
"""

from accounts.notifications.kinds import Mail, Sample

AUDIT_HEAD = Mail(
    "audit-head",
    Sample(
        {
            "day": "2026-03-02",
            "seq": 1204,
            "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        }
    ),
)
