"""Addresses of the pages that show several floors at once."""

from django.conf import settings
from django.urls import path

from peerloop.kit import assets, theme
from peerloop.pages import dashboard, demo, enrollments, gallery, health

pages = [
    *assets.urlpatterns,
    *theme.urlpatterns,
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("dashboard", dashboard.dashboard, name="dashboard"),
]
api = [path("enrollments", enrollments.EnrollmentsEndpoint.as_view())]
if settings.DEMO:
    pages.append(path("demo/clock", demo.demo_clock, name="demo-clock"))
if settings.DEBUG:
    pages.append(path("dev/gallery", gallery.gallery, name="gallery"))
