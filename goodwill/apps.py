"""Goodwill: points for helping, and calling for help."""

from django.apps import AppConfig


class GoodwillConfig(AppConfig):
    """The goodwill app."""

    name = "goodwill"
