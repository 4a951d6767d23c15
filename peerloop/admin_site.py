"""The one admin site: Django's, with our name and our test of who may enter."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest


class PeerLoopAdminSite(admin.AdminSite):
    """Admins only; everybody else gets the sign-in page of the site."""

    site_header = "PeerLoop administration"
    site_title = "PeerLoop admin"
    index_title = "Overview"

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether this person is an active admin (rule ROLE-11: read at each request)."""
        return bool(request.user.is_active and getattr(request.user, "is_admin", False))


class PeerLoopAdminConfig(AdminConfig):
    """Makes the site above the default one."""

    default_site = "peerloop.admin_site.PeerLoopAdminSite"
