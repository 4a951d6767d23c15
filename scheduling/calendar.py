"""Calendar files (RFC 5545) and calendar links of sessions.

The UID is the session's, and SEQUENCE grows with each change, so that a rescheduled or cancelled
session replaces the entry of the booking. No e-mail addresses of people (rule PRIV-6).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from peerloop.kit import ics
from peerloop.kit.text import isolated
from scheduling.models import Session
from scheduling.queries.modules import HasTitle

PRODUCT = "-//PeerLoop//Sessions//EN"
NAME = "PeerLoop sessions"
GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.live.com/calendar/0/deeplink/compose"
OUTLOOK_FORM = "calendar/action/compose"
ALARM = (
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    "DESCRIPTION:Your session starts soon",
    "TRIGGER:-PT15M",
    "END:VALARM",
)
ANY = UUID(int=0)


class Entry(NamedTuple):
    """A session as a calendar shows it to one of its people."""

    pk: UUID
    start: datetime
    end: datetime
    changed_at: datetime
    moved: int
    is_cancelled: bool
    course: str
    other: str
    topic: str
    module: str

    @property
    def title(self) -> str:
        """``Prompting with Tom Teacher``."""
        return f"{isolated(self.course)} with {isolated(self.other)}"


def session_url(session: Session) -> str:
    """The session's page, absolute."""
    return settings.BASE_URL + reverse("session", args=[session.pk])


def join_url(session: Session) -> str:
    """Our own join page of the session, absolute: the seeds' ``bbb_meeting_url`` (rule BOOK-5)."""
    return settings.BASE_URL + reverse("session-join", args=[session.pk])


def entry_of(session: Session, viewer: User, module: HasTitle | None) -> Entry:
    """The session as the viewer's calendar shows it."""
    return Entry(
        session.pk,
        session.scheduled_start,
        session.scheduled_end,
        session.updated_at,
        session.reschedule_count,
        session.status == Session.Status.CANCELLED,
        session.course.title,
        session.counterpart_of(viewer).name,
        session.topic,
        module.title if module else "",
    )


def session_ics(
    session: Session, *, viewer: User, at: datetime, module: HasTitle | None = None
) -> str:
    """One session as a calendar file; a cancelled one removes its entry."""
    entry = entry_of(session, viewer, module)
    method = "CANCEL" if entry.is_cancelled else "PUBLISH"
    return ics.document(_file([entry], method=method, stamp=at))


def calendar_ics(
    sessions: Iterable[Session],
    *,
    viewer: User,
    at: datetime,
    modules: Mapping[UUID, HasTitle | None] | None = None,
) -> str:
    """All given sessions as one calendar file."""
    known = modules or {}
    entries = [entry_of(session, viewer, known.get(session.pk)) for session in sessions]
    return ics.document(_file(entries, name=NAME, stamp=at))


def feed_ics(entries: Iterable[Entry]) -> str:
    """A calendar to subscribe to: the same text until a session changes."""
    return ics.document(_file(entries, name=NAME, is_feed=True))


def google_url(session: Session, *, viewer: User, module: HasTitle | None = None) -> str:
    """A link that opens Google Calendar with the session filled in."""
    form = "%Y%m%dT%H%M%SZ"
    entry = entry_of(session, viewer, module)
    start, end = (
        session.scheduled_start.astimezone(UTC),
        session.scheduled_end.astimezone(UTC),
    )
    return f"{GOOGLE}?" + urlencode(
        {
            "action": "TEMPLATE",
            "text": entry.title,
            "dates": f"{start:{form}}/{end:{form}}",
            "details": _description(entry, join_url(session)),
            "location": join_url(session),
        }
    )


def outlook_url(session: Session, *, viewer: User, module: HasTitle | None = None) -> str:
    """A link that opens Outlook's calendar with the session filled in."""
    form = "%Y-%m-%dT%H:%M:%SZ"
    entry = entry_of(session, viewer, module)
    return f"{OUTLOOK}?" + urlencode(
        {
            "path": f"/{OUTLOOK_FORM}",
            "rru": "addevent",
            "subject": entry.title,
            "startdt": f"{session.scheduled_start.astimezone(UTC):{form}}",
            "enddt": f"{session.scheduled_end.astimezone(UTC):{form}}",
            "body": _description(entry, join_url(session)),
            "location": join_url(session),
        }
    )


def _file(
    entries: Iterable[Entry],
    *,
    stamp: datetime | None = None,
    method: str = "PUBLISH",
    name: str = "",
    is_feed: bool = False,
) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", f"METHOD:{method}")
    if name:
        yield f"X-WR-CALNAME:{ics.text(name)}"
    if is_feed:
        yield from ("REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H")
    # What is the same in every entry is asked for once: a feed has hundreds.
    page, join = (
        settings.BASE_URL + reverse(one, args=[ANY]) for one in ("session", "session-join")
    )
    host, organizer = urlsplit(settings.BASE_URL).hostname, _organizer()
    for entry in entries:
        key = str(entry.pk)
        yield "BEGIN:VEVENT"
        yield f"UID:session-{key}@{host}"
        yield from _facts(entry, stamp or entry.changed_at, join.replace(str(ANY), key))
        yield f"URL:{page.replace(str(ANY), key)}"
        yield organizer
        if not entry.is_cancelled:
            yield from ALARM
        yield "END:VEVENT"
    yield "END:VCALENDAR"


def _facts(entry: Entry, stamp: datetime, join: str) -> Iterator[str]:
    yield f"DTSTAMP:{ics.instant(stamp)}"
    yield f"LAST-MODIFIED:{ics.instant(entry.changed_at)}"
    yield f"DTSTART:{ics.instant(entry.start)}"
    yield f"DTEND:{ics.instant(entry.end)}"
    yield f"SEQUENCE:{entry.moved + int(entry.is_cancelled)}"
    yield f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}"
    yield f"SUMMARY:{ics.text(entry.title)}"
    yield f"DESCRIPTION:{ics.text(_description(entry, join))}"
    yield f"LOCATION:{ics.text(join)}"


def _description(entry: Entry, join: str) -> str:
    lines = [f"Module: {isolated(entry.module)}"] if entry.module else []
    if entry.topic:
        lines.append(f"Topic: {entry.topic}")
    return "\n".join([*lines, f"Join: {join}"])


def _organizer() -> str:
    # A cancellation without an organizer is ignored by some calendars.
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return f"ORGANIZER;CN={ics.parameter(name or 'PeerLoop')}:mailto:{address}"
