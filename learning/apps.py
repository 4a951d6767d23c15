"""Learning: enrollments, progress, certificates, who may teach."""

from django.apps import AppConfig


class LearningConfig(AppConfig):
    """The learning app."""

    name = "learning"
