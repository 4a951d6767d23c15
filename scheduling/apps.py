"""Scheduling: hours, slots, sessions, rooms, reminders."""

from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    """The scheduling app."""

    name = "scheduling"
