"""Every mail as it might look: for the preview of development, and for the test that reads all."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from accounts.models import Email, User
from accounts.notifications.mail.composing import composed, frame
from accounts.notifications.providers.base import EmailOptions
from peerloop.kit.ids import uuid7
from peerloop.kit.refusals import Missing

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LINK = f"{settings.BASE_URL}/password/reset/a-secret-of-forty-three-characters-or-so-x"

# One value for each word that any template knows.
FULL: dict[str, Any] = {
    "again_at": "2026-04-01T09:00:00+00:00",
    "agent": "Firefox on Linux",
    "amount": "$450.00 USD",
    "applicant": "Tom Teacher",
    "approved": True,
    "auto_issue_on": "Mon 9 Mar",
    "body": "Tell how it went: a minute of yours helps the next student.",
    "by": "Tom Teacher",
    "count": 3,
    "course": "Automate your work with n8n & friends",
    "creator": "Clara Creator",
    "factor": "an authenticator app",
    "day": "2026-03-02",
    "gross": "$1,350.00 USD",
    "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "is_approved": True,
    "is_lost": True,
    "is_teaching": True,
    "join_path": "/sessions/019a0000-0000-7000-8000-000000000001/room",
    "kept_until": "2026-04-01T09:00:00+00:00",
    "lead": "in 1 hour",
    "left": 9,
    "length": "60 minutes",
    "link": LINK,
    "message": "I taught this at work for two years.\nI would love to go on.",
    "minutes": 60,
    "module": "Your first workflow",
    "month": "February 2026",
    "name": "Sam Student",
    "new_address": "s***@example.org",
    "net": "$900.00 USD",
    "number": "019a0000-0000-7000-8000-000000000002",
    "old_starts": "Tue 3 Mar, 16:30 (Berlin, UTC+1)",
    "other": "Tom <Teacher>",
    "paid_at": "2026-03-02T09:00:00Z",
    "places": [["Held and owed to teachers and creators", "$900.00 USD"]],
    "reason": "Something came up & I have to travel.",
    "recommended_by": "Tom Teacher",
    "refunded": "$450.00 USD",
    "role": "student",
    "seq": 1204,
    "session_path": "/sessions/019a0000-0000-7000-8000-000000000001",
    "sessions": 3,
    "shares": [["Teacher", "$630.00 USD"], ["Creator", "$135.00 USD"]],
    "starts": "Wed 4 Mar, 16:30 (Berlin, UTC+1)",
    "student": "Sam Student",
    "teacher": "Tom Teacher",
    "title": "What happened",
    "topic": "Webhooks",
    "type": "completion",
    "until": "2026-03-09T09:00:00+00:00",
    "url": "/learn/019a0000-0000-7000-8000-000000000003",
    "verify_path": "/verify/PL-2026-ABCDEF",
    "when": "Wed 4 Mar, 16:30 to 17:30",
    "words": "Tom Teacher did not come. The session does not count, and you can book another.",
    "zone": "Berlin, UTC+1",
}
# The same without all that may be missing.
BARE = FULL | {
    **dict.fromkeys(("agent", "auto_issue_on", "message", "module", "reason"), ""),
    **dict.fromkeys(("recommended_by", "teacher", "topic", "until"), ""),
    **dict.fromkeys(("approved", "is_approved", "is_lost", "is_teaching"), False),
    "by": "you",
    "count": 1,
    "minutes": 0,
    "role": "teacher",
    "sessions": 1,
}
VARIANTS = {"full": FULL, "bare": BARE}


def templates() -> list[str]:
    """The names of all mail templates that are written."""
    folder = Path(settings.BASE_DIR) / "templates" / "mail"
    return sorted(path.name.removesuffix(".subject.txt") for path in folder.glob("*.subject.txt"))


def sample(template: str, variant: str = "full") -> EmailOptions:
    """A mail with sample values; nothing is written anywhere. Raises Missing for unknown names."""
    if template not in templates() or variant not in VARIANTS:
        raise Missing
    person = User(
        pk=uuid7(), name="Sam & <Student>", email="sam@example.com", timezone="Europe/Berlin"
    )
    email = Email(
        pk=uuid7(),
        user=person,
        to=person.email,
        template=template,
        context=VARIANTS[variant],
        created_at=AT,
    )
    return composed(email, {**email.context, **frame(email)})
