"""What members are notified of about bans and suspensions."""

from dataclasses import replace

from accounts.notifications.kinds import Kind, Mail, Sample

SANCTION = Sample(
    {"reason": "Something came up & I have to travel.", "until": "2026-03-09T09:00:00+00:00"},
    bare={"reason": "", "until": ""},
)

ACCOUNT_SUSPENDED = Mail("account-suspended", SANCTION)
POSTING_BANNED = Kind(
    "posting-ban",
    "You can't post any more",
    "{reason}",
    word="system",
    page="privacy-settings",
    sample=SANCTION,
    mail=Mail("posting-banned", SANCTION),
)
POSTING_BANNED_FOR_NOW = replace(
    POSTING_BANNED, name="posting-ban-for-now", title="You can't post for now", key="posting-ban"
)
