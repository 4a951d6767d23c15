"""What programs read: which pages search engines may visit and where those are, and whom to tell
of a weakness.

Nothing private is listed: published courses, and members who made their profile public (PRIV-3).
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap, views
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.models import User
from catalog.models import Course
from peerloop.kit import clock
from peerloop.kit.paths import API

# Each with all that lies below it: these lead to sign-in or belong to one person.
NOT_VISITED = (
    *("admin:index", "dashboard", "learn", "feed", "conversations", "notifications", "calendar"),
    *("profile-settings", "account_login", "account_logout", "report"),
)
PAGES = (
    *("home", "courses", "student-teachers", "creators", "how-it-works", "pricing"),
    *("for-creators", "about", "badges", "help-center", "contact", "changelog", "terms"),
    "privacy-policy",
)
# RFC 9116 asks for less than a year: who reads an older copy has to look again.
SECURITY_TEXT_LIVES = timedelta(days=180)
# Of the 50,000 that a sitemap may hold: few enough to be read from the database in one go.
MOST = 5_000


class Pages(Sitemap):
    """The explanatory pages and the lists."""

    def items(self) -> tuple[str, ...]:
        """Names of URLs."""
        return PAGES

    def location(self, item: str) -> str:
        """The path."""
        return reverse(item)


class Courses(Sitemap):
    """Published courses."""

    limit = MOST

    def items(self) -> Any:
        """The courses by id, so that a new one moves no other to the next sitemap."""
        return Course.objects.listed().order_by("pk").values("slug", "updated_at")

    def location(self, item: dict[str, Any]) -> str:
        """The path of the course page."""
        return reverse("course", args=[item["slug"]])

    def lastmod(self, item: dict[str, Any]) -> datetime:
        """When its row last changed."""
        return item["updated_at"]


class People(Sitemap):
    """Creators and teachers with a public profile."""

    limit = MOST

    def items(self) -> Any:
        """The members by id."""
        people = User.objects.active().filter(privacy_public=True)
        shown = people.filter(is_creator=True) | people.filter(is_student_teacher=True)
        return shown.order_by("pk").values("handle", "is_creator")

    def location(self, item: dict[str, Any]) -> str:
        """The path of their page as a creator, else as a teacher."""
        name = "creator" if item["is_creator"] else "student-teacher"
        return reverse(name, args=[item["handle"]])


SECTIONS: dict[str, Any] = {"pages": Pages, "courses": Courses, "people": People}


@require_safe
@cache_control(max_age=3600, public=True)
def robots(request: HttpRequest) -> HttpResponse:
    """The rules for programs that visit the site."""
    lines = ["User-agent: *", f"Disallow: {API}"]
    lines += [f"Disallow: {reverse(name)}" for name in NOT_VISITED]
    # One page for each free time of each teacher.
    lines.append(f"Disallow: {reverse('checkout', args=['any']).replace('any', '*')}")
    lines.append(f"Sitemap: {settings.BASE_URL}{reverse('sitemap-index')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(max_age=3600, public=True)
def security_text(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weakness of the site (RFC 9116)."""
    expires = clock.now() + SECURITY_TEXT_LIVES
    lines = [
        f"Contact: mailto:{settings.SECURITY_EMAIL}",
        f"Contact: {settings.BASE_URL}{reverse('contact')}",
        f"Expires: {expires:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: en",
        f"Canonical: {settings.BASE_URL}{reverse('security-text')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The list of sitemaps."""
    return views.index(request, SECTIONS, sitemap_url_name="sitemap").render()


@require_safe
def sitemap(request: HttpRequest, section: str) -> HttpResponse:
    """One sitemap; ``?p=`` turns its pages. An unknown section or page is a 404."""
    return views.sitemap(request, SECTIONS, section).render()
