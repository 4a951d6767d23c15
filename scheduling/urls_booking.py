"""Addresses of hours, booking and the calendar."""

from typing import Any

from django.urls import path

from scheduling.api import hours as api_hours
from scheduling.api import sessions as api_sessions

pages: list[Any] = []
api = [
    path("availability/<str:user_id>", api_hours.AvailabilityEndpoint.as_view()),
    path("sessions", api_sessions.Sessions.as_view()),
    path("sessions/<str:session_id>", api_sessions.OneSession.as_view()),
]
