"""What a calendar program reads at a member's private address."""

from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from accounts.models import User
from peerloop.kit.refusals import Missing
from scheduling.calendar import NAME, Entry, feed_ics
from scheduling.models import CalendarFeed, Session
from scheduling.queries.modules import module_titles_of

SALT = "scheduling.calendar.feed"
KEPT = timedelta(days=90)
AHEAD = timedelta(days=366)
MAX_SESSIONS = 1_000
GOOGLE = "https://calendar.google.com/calendar/r"
COLUMNS = (
    *("pk", "scheduled_start", "scheduled_end", "updated_at", "reschedule_count"),
    *("status", "topic", "kind", "enrollment_id", "teacher_id"),
    *("course__title", "teacher__name", "student__name"),
)
OUTLOOK = "https://outlook.live.com/calendar/0/addfromweb"


def feed_of(user: User) -> CalendarFeed | None:
    """The member's calendar address, if they have one."""
    return CalendarFeed.objects.filter(user=user).first()


def feed_by(token: str) -> CalendarFeed:
    """The feed of an address; raises Missing for a wrong or void one, or a closed account."""
    try:
        number = UUID(Signer(salt=SALT).unsign(token))
    except (BadSignature, ValueError):
        raise Missing from None
    people = User.objects.active()
    feed = CalendarFeed.objects.select_related("user").filter(pk=number, user__in=people).first()
    if feed is None:
        raise Missing
    return feed


def feed_url(feed: CalendarFeed) -> str:
    """The address, absolute: whoever has it reads the member's sessions."""
    token = Signer(salt=SALT).sign(feed.pk.hex)
    return settings.BASE_URL + reverse("calendar-feed-file", args=[token])


def webcal_url(feed: CalendarFeed) -> str:
    """The address in the form that Apple's calendar opens by itself."""
    return feed_url(feed).replace(urlsplit(settings.BASE_URL).scheme, "webcal", 1)


def google_feed_url(feed: CalendarFeed) -> str:
    """A link that lets Google Calendar subscribe."""
    return f"{GOOGLE}?{urlencode({'cid': webcal_url(feed)})}"


def outlook_feed_url(feed: CalendarFeed) -> str:
    """A link that lets Outlook subscribe."""
    return f"{OUTLOOK}?{urlencode({'url': feed_url(feed), 'name': NAME})}"


class _Row(NamedTuple):
    """A session as far as a feed needs it."""

    pk: UUID
    start: datetime
    end: datetime
    changed_at: datetime
    moved: int
    status: str
    topic: str
    kind: str
    enrollment_id: UUID | None
    teacher_id: UUID
    course: str
    teacher: str
    student: str


def feed_text(user: User, *, at: datetime) -> str:
    """A year of sessions and the last 90 days, in both roles, also cancelled ones: two statements.

    As plain values: as rows of models most of the time would go into making them.
    """
    rows = (
        Session.objects.involving(user)
        .filter(scheduled_start__gte=at - KEPT, scheduled_start__lt=at + AHEAD)
        .order_by("scheduled_start", "pk")
        .values_list(*COLUMNS)[:MAX_SESSIONS]
    )
    found = [_Row(*row) for row in rows]
    modules = module_titles_of(found)
    return feed_ics(_entry(row, user, modules.get(row.pk, "")) for row in found)


def _entry(row: _Row, viewer: User, module: str) -> Entry:
    return Entry(
        *row[:5],
        is_cancelled=row.status == Session.Status.CANCELLED,
        course=row.course,
        other=row.student if row.teacher_id == viewer.pk else row.teacher,
        topic=row.topic,
        module=module,
    )
