"""Courses: what can be learned here, from whom, at one price."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """The catalog app."""

    name = "catalog"
