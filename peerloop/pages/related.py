"""Courses beside a course: a part of its page that loads when it is reached, and a page."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.queries import course_detail, related_courses
from peerloop.kit.htmx import render_page
from peerloop.kit.refusals import Missing


@require_safe
def related(request: HttpRequest, slug: str) -> HttpResponse:
    """Courses like a listed course, each with the reason."""
    detail = course_detail(slug)
    if not detail.is_listed:
        raise Missing
    context = {"course": detail, "related": related_courses(detail)}
    return render_page(request, "pages/course_related.html", context, part="pages/_related.html")
