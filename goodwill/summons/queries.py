"""Who is here to help, which calls wait, and how fast they are answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Window,
)

from accounts.models import Block, User
from catalog.models import Course
from goodwill.models import HelpSummons, HelpSwitch
from goodwill.summons.access import courses_helped
from goodwill.summons.words import SIGN_OF_LIFE
from learning.models import Enrollment, StudentTeacher
from peerloop.kit.counting import MAX_COUNTED, count_up_to
from peerloop.kit.formats import minutes_text
from peerloop.kit.statements import number_of

MOST_SHOWN, MOST_CALLED = 20, 2_000
# Calls of which the median is taken, and how old they may be.
ANSWERS, RECENT = 50, timedelta(days=90)
FEWEST_ANSWERS = 3
HISTORY = 10


@dataclass(frozen=True, slots=True)
class HelpOffer:
    """What a student can expect in a course: how many are here, and the usual wait in words."""

    course: Course
    here: int
    usual: str
    summons: HelpSummons | None


def helpers_of(course: Course, *, for_user: User, at: datetime) -> QuerySet[User]:
    """Who is here to help in a course: switched on and alive, not blocked either way (SUM-4)."""
    return _helpers(course.pk, course.creator_id, for_user, at)


def _helpers(course: Any, creator: Any, for_user: User, at: datetime) -> QuerySet[User]:
    on = HelpSwitch.objects.filter(
        user=OuterRef("pk"), is_available=True, last_seen_at__gt=at - SIGN_OF_LIFE
    )
    teaches = StudentTeacher.objects.filter(user=OuterRef("pk"), course=course, is_active=True)
    apart = Block.objects.filter(
        Q(blocker=OuterRef("pk"), blocked=for_user) | Q(blocker=for_user, blocked=OuterRef("pk"))
    )
    rows = User.objects.active().filter(Exists(on), ~Exists(apart))
    return rows.filter(Q(Exists(teaches)) | Q(pk=creator)).exclude(pk=for_user.pk)


def here_now(course: Course, *, for_user: User, at: datetime) -> tuple[list[User], int]:
    """The first of those who are here, by name, and how many, up to a thousand. One statement."""
    rows = helpers_of(course, for_user=for_user, at=at)
    counted = rows.annotate(number=Window(Count("pk")))
    found: list[Any] = list(counted.order_by("name", "pk")[:MOST_SHOWN])
    return found, min(found[0].number, MAX_COUNTED) if found else 0


def count_here(course: Course, *, for_user: User, at: datetime) -> int:
    """How many are here to help, counted up to a thousand."""
    return count_up_to(helpers_of(course, for_user=for_user, at=at))


def waiting_for(user: User, *, at: datetime) -> QuerySet[HelpSummons]:
    """Calls that the member may answer now, the oldest first (rule SUM-2)."""
    apart = Block.objects.filter(
        Q(blocker=user, blocked=OuterRef("student")) | Q(blocker=OuterRef("student"), blocked=user)
    )
    rows = HelpSummons.objects.waiting(at).filter(course__in=courses_helped(user).values("pk"))
    return (
        rows.exclude(student=user)
        .filter(~Exists(apart))
        .select_related("student", "course", "module")
        .order_by("created_at", "pk")
    )


def usual_wait(course_id: UUID, *, at: datetime) -> str:
    """How long the last calls of a course usually waited; empty after too few answers."""
    return wait_words(_waits(course_id, at))


def _waits(course: Any, at: datetime) -> QuerySet[HelpSummons, timedelta]:
    """How long the newest answered calls of a course waited."""
    rows = HelpSummons.objects.filter(course=course, responded_at__gt=at - RECENT)
    waited = ExpressionWrapper(F("responded_at") - F("created_at"), output_field=DurationField())
    return rows.order_by("-responded_at").values_list(waited, flat=True)[:ANSWERS]


def wait_words(waits: Iterable[timedelta]) -> str:
    """The median wait as ``40 s`` or ``3 min``; empty if there were too few."""
    seconds = [wait.total_seconds() for wait in waits]
    if len(seconds) < FEWEST_ANSWERS:
        return ""
    usual = round(median(seconds))
    return f"{usual} s" if usual < 60 else minutes_text(round(usual / 60))


def offers_of(user: User, *, at: datetime) -> list[HelpOffer]:
    """Courses in which the member may call, by title, with what to expect. Two statements."""
    mine = Enrollment.objects.with_content().filter(student=user, course=OuterRef("pk"))
    return _offers(Course.objects.filter(Exists(mine)), user, at)


def offer_in(course: Course, *, to: User, at: datetime) -> HelpOffer:
    """What to expect of a call in one course, of a member who may call there. Two statements."""
    return _offers(Course.objects.filter(pk=course.pk), to, at)[0]


def _offers(rows: QuerySet[Course], user: User, at: datetime) -> list[HelpOffer]:
    here = _helpers(OuterRef(OuterRef("pk")), OuterRef("creator"), user, at)
    courses = rows.annotate(here=number_of(here), waits=ArraySubquery(_waits(OuterRef("pk"), at)))
    calls = HelpSummons.objects.open().filter(student=user)
    open_calls = {call.course_id: call for call in calls}
    return [
        HelpOffer(course, course.here, wait_words(course.waits), open_calls.get(course.pk))
        for course in courses.order_by("title", "pk")[:MOST_SHOWN]
    ]


def open_calls_of(user: User) -> list[HelpSummons]:
    """The member's calls that wait or were answered, and those that they answered, newest first."""
    rows = HelpSummons.objects.open().of(user).select_related("student", "helper", "course")
    return list(rows.order_by("-created_at", "-pk")[:MOST_SHOWN])


def past_calls_of(user: User) -> list[HelpSummons]:
    """The newest calls of the member that ended, made or answered."""
    rows = HelpSummons.objects.of(user).exclude(status__in=["pending", "responded"])
    joined = rows.select_related("student", "helper", "course")
    return list(joined.order_by("-created_at", "-pk")[:HISTORY])


def switch_of(user: User) -> HelpSwitch:
    """The member's switch; an unsaved one that is off for who never used it."""
    return HelpSwitch.objects.filter(user=user).first() or HelpSwitch(user=user)
