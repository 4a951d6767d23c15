"""Courses beside a course: a part of its page that loads when it is reached, and a page."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.queries import course_detail, related_courses
from peerloop.kit import clock
from peerloop.kit.htmx import render_page
from peerloop.kit.refusals import Missing
from peerloop.pages.free_times import with_free_times


@require_safe
def related(request: HttpRequest, slug: str) -> HttpResponse:
    """Courses like a listed course, each with the reason and its next free time."""
    detail = course_detail(slug)
    if not detail.is_listed:
        raise Missing
    found = related_courses(detail)
    times = with_free_times([one.card for one in found], at=clock.now())
    cards = [(one, *card) for one, card in zip(found, times, strict=True)]
    context = {"course": detail, "cards": cards}
    return render_page(request, "pages/course_related.html", context, part="pages/_related.html")
