"""URLs of rewards."""

from typing import Any

from django.urls import path

from goodwill.rewards.views import page

pages: list[Any] = [path("goodwill/rewards", page.rewards, name="rewards")]
