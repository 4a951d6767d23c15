"""The one admin site: Django's, with our name and our test of who may enter."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from peerloop.kit.htmx import next_path
from peerloop.kit.refusals import Missing


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

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Our own sign-in page with its limits; who is in but no admin finds nothing here."""
        if self.has_permission(request):
            return redirect(next_path(request, default=reverse("admin:index")))
        if request.user.is_authenticated:
            raise Missing
        to = next_path(request, default=reverse("admin:index"))
        return redirect(f"{settings.LOGIN_URL}?{urlencode({'next': to})}")


class PeerLoopAdminConfig(AdminConfig):
    """Makes the site above the default one."""

    default_site = "peerloop.admin_site.PeerLoopAdminSite"
