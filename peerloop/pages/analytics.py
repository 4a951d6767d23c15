"""The creator's figures of one course, as charts with the rows behind (rules ANA-1 to ANA-25)."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import MemberRequest
from billing.queries.course_figures import Month, sales_by_month
from catalog.models import Course, Inquiry
from learning.models import Enrollment
from peerloop.kit import clock
from peerloop.kit.counting import MAX_COUNTED
from peerloop.kit.formats import MONTHS, money_text
from peerloop.kit.htmx import render_page
from peerloop.kit.markup.charts import Bar
from peerloop.pages.course_outcomes import feedback, figures, funnel, words_to_the_creator
from peerloop.pages.desk import chosen_course

MONTHS_SHOWN = 12
# The steps of ANA-23: up to which progress, and its words.
SPREAD = ((0, "0%"), (25, "1-25%"), (50, "26-50%"), (75, "51-75%"), (99, "76-99%"), (100, "100%"))
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class InquiryFigures:
    """Questions to a creator (ANA-22): how many, who enrolled, median hours to the first answer."""

    asked: int
    converted: int
    hours: int | None

    @property
    def percent(self) -> int | None:
        """The share of the askers who enrolled; None without questions."""
        return round(100 * self.converted / self.asked) if self.asked else None


@require_safe
@login_required
def analytics(request: MemberRequest) -> HttpResponse:
    """Sales, students, funnel, what students say, and questions of a course; as many statements for
    any course."""
    courses, course = chosen_course(request)
    at = clock.now()
    months = months_until(at)
    context: dict[str, Any] = {
        "courses": courses,
        "course": course,
        "since": months[0],
        "charts": _charts(course, months) if course else [],
        "inquiries": inquiry_figures(request.user),
    }
    if course:
        context |= {
            "funnel": funnel(course.pk, since=months[0]),
            "figures": figures(course.pk, since=months[0], at=at),
            "feedback": feedback(course.pk),
            "private": words_to_the_creator(course),
        }
    return render_page(request, "pages/create_analytics.html", context)


def months_until(at: datetime) -> list[datetime]:
    """The beginnings of the last twelve months in UTC, this one last."""
    number = at.astimezone(UTC).year * 12 + at.astimezone(UTC).month - 1
    return [
        datetime(one // 12, one % 12 + 1, 1, tzinfo=UTC)
        for one in range(number - MONTHS_SHOWN + 1, number + 1)
    ]


def inquiry_figures(creator: User) -> InquiryFigures:
    """Of the newest thousand questions to the creator, without spam. One statement."""
    rows = Inquiry.objects.filter(creator=creator).exclude(status=Inquiry.Status.SPAM)
    found = list(
        rows.order_by("-latest_at", "-pk").values_list(
            "created_at", "first_answered_at", "converted_at"
        )[:MAX_COUNTED]
    )
    waited = [(answered - asked) / HOUR for asked, answered, _ in found if answered]
    return InquiryFigures(
        asked=len(found),
        converted=sum(1 for *_, converted in found if converted),
        hours=round(median(waited)) if waited else None,
    )


def _charts(course: Course, months: list[datetime]) -> list[tuple[str, str, list[Bar]]]:
    """Title, unit and bars of each chart. Three statements."""
    sold = {row.begins.astimezone(UTC): row for row in sales_by_month(course.pk, since=months[0])}
    begun = Enrollment.objects.filter(course=course, created_at__gte=months[0])
    enrolled = Counter(_month(moment) for moment in begun.values_list("created_at", flat=True))
    empty = Month(months[0], 0, 0, 0)
    return [
        (
            "Sales a month, after refunds",
            "Amount",
            [
                Bar(_label(one), net, money_text(net, course.currency))
                for one in months
                for net in [sold.get(one, empty).net]
            ],
        ),
        (
            "New students a month",
            "Students",
            [Bar(_label(one), enrolled[one], str(enrolled[one])) for one in months],
        ),
        ("How far students are", "Students", _spread(course)),
    ]


def _spread(course: Course) -> list[Bar]:
    """The newest thousand students by progress (ANA-23)."""
    rows = Enrollment.objects.filter(course=course).exclude(status=Enrollment.Status.CANCELLED)
    newest = rows.order_by("-created_at", "-pk").values_list("progress_percent", flat=True)
    counts = Counter(
        next(words for most, words in SPREAD if percent <= most) for percent in newest[:MAX_COUNTED]
    )
    return [Bar(words, counts[words], str(counts[words])) for _, words in SPREAD]


def _month(moment: datetime) -> datetime:
    local = moment.astimezone(UTC)
    return datetime(local.year, local.month, 1, tzinfo=UTC)


def _label(month: datetime) -> str:
    return MONTHS[month.month - 1][:3]
