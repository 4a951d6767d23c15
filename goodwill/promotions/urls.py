"""URLs of promotions."""

from typing import Any

from django.urls import path

from goodwill.promotions import api as endpoints
from goodwill.promotions.views import promoting

pages: list[Any] = [
    path("posts/<uuid:post_id>/promote", promoting.promote_page, name="promote-post"),
]
api = [
    path("posts/<str:post_id>/promote", endpoints.Promotions.as_view(), name="promote-post"),
]
