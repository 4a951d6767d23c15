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
from django.urls import reverse

from peerloop.kit.htmx import next_path
from peerloop.kit.refusals import Missing

View = Callable[..., Any]
# Order of the apps on the index; apps that are not listed follow.
APP_ORDER = ("accounts", "mfa", "catalog", "learning", "scheduling", "billing")


class PeerLoopAdminSite(admin.AdminSite):
    """Admins only; everybody else gets the sign-in page of the site."""

    site_header = "PeerLoop administration"
    site_title = "PeerLoop admin"
    index_title = "Overview"

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether this person is an admin who may sign in (rule ROLE-11: read at each request)."""
        return bool(
            getattr(request.user, "is_admin", False) and getattr(request.user, "may_sign_in", False)
        )

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """Django's list in the order of ours."""
        apps: list[dict[str, Any]] = super().get_app_list(request, app_label)
        order = {label: place for place, label in enumerate(APP_ORDER)}
        return sorted(apps, key=lambda app: order.get(app["app_label"], len(order)))

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Lead to the page for changing passwords, which signs other devices out and notifies."""
        return redirect("security-settings")

    def admin_view(self, view: View, cacheable: bool = False) -> Any:
        """Django's permission check around a view, whose scripts get the nonce of our policy.

        Where staff need a second factor, who has none is led to set one up (security ID-8).
        """

        @wraps(view)
        def named(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            # This module is read before the models are there.
            from accounts.identity.factors.requirement import require_second_factor_of_staff
            from accounts.requests import acting

            if self.has_permission(request):
                require_second_factor_of_staff(acting(request))
            response = view(request, *args, **kwargs)
            if isinstance(response, TemplateResponse):
                nonce = getattr(request, "csp_nonce", "")
                response.add_post_render_callback(lambda page: name_scripts(page, nonce))
            return response

        return super().admin_view(named, cacheable)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Our own sign-in page with its limits; signed-in members who are no admins get a 404."""
        if self.has_permission(request):
            return redirect(next_path(request, default="admin:index"))
        if request.user.is_authenticated:
            raise Missing
        to = next_path(request, default="admin:index")
        return redirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': to})}")


def name_scripts(page: HttpResponse, nonce: str) -> None:
    """Give the admin's own scripts the nonce that our policy asks for.

    Django's templates know no nonce. Only files of ours are named, by their address: a script that
    somebody smuggled into a page gets none.
    """
    ours = "|".join(map(re.escape, (settings.STATIC_URL, reverse("admin:jsi18n"))))
    tag = re.compile(rf'<script((?: id="django-admin-[a-z-]+")?\s+src="(?:{ours}))'.encode())
    page.content = tag.sub(rf'<script nonce="{nonce}"\1'.encode(), page.content)


class PeerLoopAdminConfig(AdminConfig):
    """Makes the site above the default one."""

    default_site = "peerloop.admin_site.PeerLoopAdminSite"
