"""Courses beside a course: a part of its page that loads when it is reached, and a page."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from billing.queries.course_figures import earned_back
from catalog.queries import beside, course_detail
from peerloop.kit import clock
from peerloop.kit.htmx import render_page
from peerloop.kit.refusals import Missing


@require_safe
def related(request: HttpRequest, slug: str) -> HttpResponse:
    """Courses like a listed one, each with the reason, its ladder, and what teaching it brought."""
    detail = course_detail(slug)
    if not detail.is_listed:
        raise Missing
    back = earned_back(detail.id, price_cents=detail.price_cents, at=clock.now())
    context = {"course": detail, "beside": beside(detail), "back": back}
    return render_page(request, "pages/course_related.html", context, part="pages/_related.html")
