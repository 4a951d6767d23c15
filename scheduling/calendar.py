"""Calendar files (RFC 5545) and calendar links of sessions.

The UID is the session's, and SEQUENCE grows with each change, so that a rescheduled or cancelled
session replaces the entry of the booking. No e-mail addresses of people (rule PRIV-6).
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from accounts.models import User
from peerloop.kit.text import isolated
from scheduling.models import Session
from scheduling.queries.modules import HasTitle

PRODUCT = "-//PeerLoop//Sessions//EN"
GOOGLE = "https://calendar.google.com/calendar/render"


def session_url(session: Session) -> str:
    """The session's page, absolute."""
    return settings.BASE_URL + reverse("session", args=[session.pk])


def join_url(session: Session) -> str:
    """Our own join page of the session, absolute: the seeds' ``bbb_meeting_url`` (rule BOOK-5)."""
    return settings.BASE_URL + reverse("session-join", args=[session.pk])


def title_for(session: Session, viewer: User) -> str:
    """``Prompting with Tom Teacher``: what the viewer's calendar says."""
    return f"{isolated(session.subject)} with {isolated(session.counterpart_of(viewer).name)}"


def session_ics(
    session: Session, *, viewer: User, at: datetime, module: HasTitle | None = None
) -> str:
    """One session as a calendar file; a cancelled one removes its entry."""
    is_cancelled = session.status == Session.Status.CANCELLED
    calendar = _calendar(method="CANCEL" if is_cancelled else "PUBLISH")
    calendar.add_component(_event(session, viewer, at, module))
    return calendar.to_ical().decode()


def calendar_ics(
    sessions: Iterable[Session],
    *,
    viewer: User,
    at: datetime,
    modules: Mapping[UUID, HasTitle | None] | None = None,
) -> str:
    """All given sessions as one calendar file."""
    calendar = _calendar(method="PUBLISH")
    calendar.add("X-WR-CALNAME", "PeerLoop sessions")
    for session in sessions:
        calendar.add_component(_event(session, viewer, at, (modules or {}).get(session.pk)))
    return calendar.to_ical().decode()


def google_url(session: Session, *, viewer: User, module: HasTitle | None = None) -> str:
    """A link that opens Google Calendar with the session filled in."""
    form = "%Y%m%dT%H%M%SZ"
    start, end = (
        session.scheduled_start.astimezone(UTC),
        session.scheduled_end.astimezone(UTC),
    )
    return f"{GOOGLE}?" + urlencode(
        {
            "action": "TEMPLATE",
            "text": title_for(session, viewer),
            "dates": f"{start:{form}}/{end:{form}}",
            "details": _description(session, module),
            "location": join_url(session),
        }
    )


def _calendar(*, method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", method)
    return calendar


def _event(session: Session, viewer: User, at: datetime, module: HasTitle | None) -> Event:
    is_cancelled = session.status == Session.Status.CANCELLED
    event = Event()
    event.add("UID", f"session-{session.pk}@{urlsplit(settings.BASE_URL).hostname}")
    event.add("DTSTAMP", at.astimezone(UTC))
    event.add("DTSTART", session.scheduled_start.astimezone(UTC))
    event.add("DTEND", session.scheduled_end.astimezone(UTC))
    event.add("SEQUENCE", session.reschedule_count + int(is_cancelled))
    event.add("STATUS", "CANCELLED" if is_cancelled else "CONFIRMED")
    event.add("SUMMARY", title_for(session, viewer))
    event.add("DESCRIPTION", _description(session, module))
    event.add("LOCATION", join_url(session))
    event.add("URL", session_url(session))
    event.add("ORGANIZER", _organizer())
    if not is_cancelled:
        event.add_component(_alarm())
    return event


def _description(session: Session, module: HasTitle | None) -> str:
    lines = [f"Module: {isolated(module.title)}"] if module else []
    if session.topic:
        lines.append(f"Topic: {session.topic}")
    return "\n".join([*lines, f"Join: {join_url(session)}"])


def _organizer() -> vCalAddress:
    # A cancellation without an organizer is ignored by some calendars.
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organizer = vCalAddress(f"mailto:{address}")
    organizer.params["CN"] = vText(name or "PeerLoop")
    return organizer


def _alarm() -> Alarm:
    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("DESCRIPTION", "Your session starts soon")
    alarm.add("TRIGGER", timedelta(minutes=-15))
    return alarm
