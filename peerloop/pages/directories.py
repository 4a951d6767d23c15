"""The directories of creators and of student-teachers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.members.queries.directory import creator_cards
from accounts.models import User
from catalog.models import Course
from learning.queries import TeacherCard, TeacherCards, teacher_cards
from peerloop.kit import clock
from peerloop.kit.htmx import render_page
from peerloop.kit.paging import Page, page_asked, page_links
from peerloop.kit.text import one_line
from scheduling.queries import next_free

CARDS_A_PAGE = 18
SHOWN_TAGS = 8
# So long after the first certificate a teacher without reviews is called new.
NEW_FOR = timedelta(days=60)
# Free times are computed from opening hours, so the filter examines at most this many teachers.
MOST_LOOKED_AT = 300
# Values of the filter ``free``: how long until the next free time, and its words.
FREE_WITHIN = {
    "hour": (timedelta(hours=1), "in the next hour"),
    "day": (timedelta(days=1), "in the next 24 hours"),
    "week": (timedelta(days=7), "in the next 7 days"),
}


class FindForm(forms.Form):
    """The filters of a directory. Invalid values are ignored, never refused."""

    q = forms.CharField(required=False, max_length=200)
    expertise = forms.CharField(required=False, max_length=40)
    course = forms.SlugField(required=False)
    free = forms.ChoiceField(required=False, choices=[(key, key) for key in FREE_WITHIN])

    def asked(self, *names: str) -> dict[str, str]:
        """The non-empty values of the named fields."""
        self.is_valid()
        given = ((name, one_line(self.cleaned_data.get(name, ""))) for name in names)
        return {name: value for name, value in given if value}


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A filter as a link that adds it, or removes it while it is active."""

    label: str
    href: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class Teacher:
    """A teacher's card with their next free time; ``is_new``: certified lately."""

    card: TeacherCard
    next_at: datetime | None
    is_new: bool


@require_safe
def creators(request: HttpRequest) -> HttpResponse:
    """Find creators by name and expertise."""
    asked = FindForm(request.GET).asked("q", "expertise")
    page = page_asked(request.GET.get("page", ""), CARDS_A_PAGE)
    tag = asked.get("expertise", "").lower()
    found = creator_cards(
        viewer=_member(request.user), search=asked.get("q", ""), expertise=tag, page=page
    )
    seen = Counter(known for card in found.cards for known in card.expertise if known != tag)
    tags = [(tag, tag)] if tag else []
    tags += [(name, name) for name, _ in seen.most_common(SHOWN_TAGS)]
    context = {
        "found": found,
        "query": asked.get("q", ""),
        "hidden": [(name, asked[name]) for name in ("expertise",) if name in asked],
        "narrowings": _narrowings("creators", asked, "expertise", tags),
        "turned": page_links(found.total, page),
    }
    return render_page(request, "pages/creators.html", context)


@require_safe
def student_teachers(request: HttpRequest) -> HttpResponse:
    """Find teachers by name, interest, course and free time."""
    asked = FindForm(request.GET).asked("q", "course", "free")
    page = page_asked(request.GET.get("page", ""), CARDS_A_PAGE)
    course = _course(asked.pop("course", ""))
    if course:
        asked["course"] = course.slug
    found = _teachers(request.user, asked, course, page, at=clock.now())
    tags = [(course.slug, course.title)] if course else []
    if not course:
        seen = Counter((one.slug, one.title) for row in found[0] for one in row.card.courses)
        tags = [tag for tag, _ in seen.most_common(SHOWN_TAGS)]
    context = {
        "teachers": found[0],
        "found": found[1],
        "query": asked.get("q", ""),
        "hidden": [(name, asked[name]) for name in ("course", "free") if name in asked],
        "narrowings": [
            *_narrowings("student-teachers", asked, "free", _free_choices()),
            *_narrowings("student-teachers", asked, "course", tags),
        ],
        "turned": page_links(found[1].total, page),
    }
    return render_page(request, "pages/student_teachers.html", context)


def _teachers(
    viewer: Any, asked: dict[str, str], course: Course | None, page: Page, *, at: datetime
) -> tuple[list[Teacher], TeacherCards]:
    """The cards with their next free times, in a constant number of statements."""
    within = FREE_WITHIN[asked["free"]][0] if "free" in asked else None
    found = teacher_cards(
        viewer=viewer,
        search=asked.get("q", ""),
        course_id=course.pk if course else None,
        page=Page(1, MOST_LOOKED_AT) if within else page,
    )
    rows = _with_next_times(found, at=at)
    if within is None:
        return rows, found
    free = [row for row in rows if row.next_at and row.next_at <= at + within]
    free.sort(key=lambda row: row.next_at or at)
    return free[page.start : page.stop], replace(found, total=len(free))


def free_of_listed(*, at: datetime, viewer: Any) -> list[Teacher]:
    """The listed teachers with a free time, the soonest first, as the directory shows them to the
    viewer. At most five statements."""
    found = teacher_cards(viewer=viewer, page=Page(1, MOST_LOOKED_AT))
    free = [row for row in _with_next_times(found, at=at) if row.next_at]
    return sorted(free, key=lambda row: row.next_at or at)


def _with_next_times(found: TeacherCards, *, at: datetime) -> list[Teacher]:
    soonest = next_times(found.cards, at=at)
    since = (at - NEW_FOR).date()
    return [
        Teacher(card, soonest.get(card.user.pk), card.certified_date > since)
        for card in found.cards
    ]


def _free_choices() -> list[tuple[str, str]]:
    return [(key, f"Free {words}") for key, (_, words) in FREE_WITHIN.items()]


def next_times(cards: Sequence[TeacherCard], *, at: datetime) -> dict[UUID, datetime | None]:
    """Each teacher's next free start that fits the shortest session they give."""
    lengths = {card.user.pk: card.minutes for card in cards if card.minutes}
    return next_free(lengths, minutes=lengths, at=at, days=settings.PREVIEW_DAYS)


def _narrowings(
    page: str, asked: dict[str, str], name: str, choices: list[tuple[str, str]]
) -> list[Narrowing]:
    found, path = [], reverse(page)
    for value, label in choices:
        is_active = asked.get(name) == value
        rest = {key: kept for key, kept in asked.items() if key != name}
        query = urlencode(rest if is_active else rest | {name: value})
        found.append(Narrowing(label, f"{path}?{query}" if query else path, is_active))
    return found


def _course(slug: str) -> Course | None:
    if not slug:
        return None
    rows = Course.objects.filter(slug=slug, deleted_at=None, status=Course.Status.PUBLISHED)
    return rows.only("id", "slug", "title").first()


def _member(user: Any) -> User | None:
    return user if user.is_authenticated else None
