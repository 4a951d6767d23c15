"""The admin site: Django's, with our name, sign-in and permission check."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.template.response import TemplateResponse
from django.urls import path, reverse

from peerloop.kit.admin_lists import ListAdmin
from peerloop.kit.htmx import next_path
from peerloop.kit.refusals import Missing
from peerloop.kit.text import one_line

View = Callable[..., Any]
# Order of the apps on the index; apps that are not listed follow.
# Models of other packages with such a field have no page.
SECRETS = {"secret", "password", "token", "djstripe_validation_method"}
SAFE = ("GET", "HEAD", "OPTIONS")
LONGEST_SEARCH = 200
APP_ORDER = ("accounts", "mfa", "catalog", "learning", "scheduling", "billing", "community")


class ForeignAdmin(ListAdmin):
    """Rows of another package, to read: its own pages would let them be changed unaudited."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The package writes them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No field is edited by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted."""
        return False


class PeerLoopAdminSite(admin.AdminSite):
    """The admin site, for admins only; everybody else gets the sign-in page of the site."""

    site_header = "PeerLoop administration"
    site_title = "PeerLoop admin"
    index_title = "Overview"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """As Django; of other packages' models a read-only list, and none of those with secrets."""
        is_one = isinstance(model_or_iterable, type)
        models: list[Any] = [model_or_iterable] if is_one else list(model_or_iterable)
        for model in models:
            if admin_class is not None and issubclass(admin_class, ListAdmin):
                super().register(model, admin_class, **options)
            elif not SECRETS & {field.name for field in model._meta.fields}:
                super().register(model, ForeignAdmin)

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether this person is an admin who may sign in (rule ROLE-11: read at each request)."""
        return bool(
            getattr(request.user, "is_admin", False) and getattr(request.user, "may_sign_in", False)
        )

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Begin with what is wrong and what waits (story 122)."""
        from peerloop.pages.admin_overview import overview

        return super().index(request, {**overview(), **(extra_context or {})})

    def get_urls(self) -> list[Any]:
        """With the search over everything."""
        found = path("find/", self.admin_view(self.find), name="find")
        return [found, *super().get_urls()]

    def find(self, request: HttpRequest) -> HttpResponse:
        """Members, courses, enrollments, payments: by name, address, title, code or id."""
        from peerloop.pages.admin_find import found_in, only_one

        words = one_line(request.GET.get("q", ""))[:LONGEST_SEARCH]
        sections = found_in(self, request, words)
        if one := only_one(sections, words):
            return redirect(one)
        context = {
            **self.each_context(request),
            "title": "Find",
            "words": words,
            "sections": sections,
        }
        return TemplateResponse(request, "admin/find.html", context)

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """Django's list, ordered by our list of apps."""
        apps: list[dict[str, Any]] = super().get_app_list(request, app_label)
        order = {label: place for place, label in enumerate(APP_ORDER)}
        return sorted(apps, key=lambda app: order.get(app["app_label"], len(order)))

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Redirect to our page for changing passwords, which ends other sessions and notifies."""
        return redirect("security-settings")

    def admin_view(self, view: View, cacheable: bool = False) -> Any:
        """Wrap a view in Django's permission check and give its scripts the nonce of our CSP.

        Where staff need a second factor, an admin without one is redirected to its setup (security
        ID-8). Whatever may change something needs a fresh sign-in (ID-7), and a reason for the
        audit log (ADM-2).
        """

        @wraps(view)
        def named(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            # This module is imported before the models are loaded.
            from accounts.audit.log import reasons_needed, require_proof
            from accounts.identity.factors.requirement import require_second_factor_of_staff
            from accounts.requests import acting

            if not self.has_permission(request):
                # Django's check, around this, leads to sign-in.
                return view(request, *args, **kwargs)
            require_second_factor_of_staff(acting(request))
            if request.method not in SAFE and view != self.logout:
                require_proof()
            with reasons_needed():
                response = view(request, *args, **kwargs)
            if isinstance(response, TemplateResponse):
                nonce = getattr(request, "csp_nonce", "")
                response.add_post_render_callback(lambda page: name_scripts(page, nonce))
            return response

        return super().admin_view(named, cacheable)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Our sign-in page with its rate limits; signed-in members who are not admins get a 404."""
        if self.has_permission(request):
            return redirect(next_path(request, default="admin:index"))
        if request.user.is_authenticated:
            raise Missing
        to = next_path(request, default="admin:index")
        return redirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': to})}")


def name_scripts(page: HttpResponse, nonce: str) -> None:
    """Give the admin's own scripts the nonce that our Content-Security-Policy requires.

    Django's templates have no nonce. Only script tags with a URL of our static files get it, so an
    injected script does not.
    """
    ours = "|".join(map(re.escape, (settings.STATIC_URL, reverse("admin:jsi18n"))))
    tag = re.compile(rf'<script((?: id="django-admin-[a-z-]+")?\s+src="(?:{ours}))'.encode())
    page.content = tag.sub(rf'<script nonce="{nonce}"\1'.encode(), page.content)


class PeerLoopAdminConfig(AdminConfig):
    """Make PeerLoopAdminSite the default admin site."""

    default_site = "peerloop.admin_site.PeerLoopAdminSite"
