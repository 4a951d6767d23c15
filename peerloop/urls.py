"""All URLs: pages, the API under /api/v1/ with its alias /api/, the admin site."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path

from peerloop.kit.paths import API, CANONICAL_API
from peerloop.pages import errors
from peerloop.pages.api_schema import DocsEndpoint, SchemaEndpoint

# The most requested pages come first, so that they are found after few comparisons.
APPS = (
    "peerloop.pages",
    "accounts",
    "catalog",
    "learning",
    "scheduling",
    "billing",
    "community",
    "goodwill",
)


def _lists(name: str) -> list[URLPattern | URLResolver]:
    found: list[Any] = []
    for app in APPS:
        if find_spec(f"{app}.urls"):
            found += getattr(import_module(f"{app}.urls"), name, [])
    return found


api = [
    *_lists("api"),
    path("schema", SchemaEndpoint.as_view(), name="schema"),
    path("docs", DocsEndpoint.as_view(), name="docs"),
    re_path(r"^.*$", errors.api_not_found),
]
urlpatterns = [
    # First, because API clients send the most requests, and each pattern before costs them time.
    # An endpoint is named "api:..."; the alias repeats those names in a namespace of its own.
    path(CANONICAL_API[1:], include((api, "api"))),
    path(API[1:], include((api, "api"), namespace="api-alias")),
    path(API.strip("/"), errors.api_not_found, name="api-root"),
    *_lists("pages"),
    path("admin/", admin.site.urls),
    re_path(r"^(?!admin/).*$", errors.page_not_found),
]
handler400 = "peerloop.pages.errors.bad_request"
handler403 = "peerloop.pages.errors.forbidden"
handler404 = "peerloop.pages.errors.not_found"
handler500 = "peerloop.pages.errors.server_error"
