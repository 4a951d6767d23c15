"""The browsers in which a member is signed in."""

import re
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts.identity.middleware import ages_of
from accounts.identity.sessions import row_id
from accounts.models import User, WebSession

# In this order: many browsers also name those that they resemble.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/|Opera", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox|FxiOS", "Firefox"),
    ("Chrome|CriOS|Chromium", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS|Macintosh", "Mac"),
    ("Linux|X11", "Linux"),
)
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Browser:
    """One browser in which the member is signed in."""

    id: uuid.UUID
    name: str
    address: str
    began_at: datetime
    seen_at: datetime
    is_current: bool


def browsers_of(user: User, *, session_key: str | None) -> list[Browser]:
    """The browsers in which the member is signed in, this one first: one query.

    ``seen_at`` is up to five minutes behind: a note at each request would be a write at each.
    """
    now = timezone.now()
    idle, absolute = ages_of(user)
    here = row_id(session_key) if session_key else None
    rows = WebSession.objects.filter(
        user=user, expire_date__gt=now, seen_at__gte=now - idle, began_at__gte=now - absolute
    )
    found = [
        Browser(
            id=row.pk,
            name=device_name(row.agent),
            address=row.address,
            began_at=row.began_at,
            seen_at=row.seen_at,
            is_current=row.pk == here,
        )
        for row in rows.defer("session_data").order_by("-seen_at", "pk")
    ]
    return sorted(found, key=lambda browser: not browser.is_current)


def device_name(agent: str) -> str:
    """A readable name such as "Firefox on Linux"; else the User-Agent itself."""
    browser = _first(BROWSERS, agent)
    system = _first(SYSTEMS, agent)
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or agent[:LONGEST_NAME] or "A browser without a name"


def _first(names: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for pattern, name in names if re.search(pattern, agent)), "")
