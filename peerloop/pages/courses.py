"""The catalog page: courses with their next free time."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.browsing import Catalog
from catalog.forms import CatalogForm
from catalog.queries import shelves
from peerloop.kit import clock
from peerloop.kit.htmx import render_page
from peerloop.kit.paging import Page, page_links
from peerloop.pages.free_times import with_free_times


@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    """The catalog filtered by search, category, level and price, ordered and paginated."""
    form = CatalogForm(request.GET)
    form.is_valid()
    catalog = Catalog(form, shelves())
    found = catalog.page(request.GET.get("page", ""))
    context = {
        "catalog": catalog,
        "found": found,
        "cards": with_free_times(found.cards, at=clock.now()),
        "turned": page_links(found.total, Page(found.page, found.limit)),
        "query": form.cleaned_data.get("q", ""),
    }
    response = render_page(request, "pages/courses.html", context, part="pages/_catalog.html")
    if getattr(request, "htmx", False):
        # A form sends its empty fields too; the URL should contain only the filters in use.
        response["HX-Push-Url"] = catalog.address(page=found.page if found.page > 1 else "")
    return response
