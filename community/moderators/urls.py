"""URLs of moderators."""

from typing import Any

from django.urls import path

from community.moderators.views import invites

pages: list[Any] = [
    path("invite/moderator", invites.own_invite, name="own-moderator-invite"),
    path("invite/moderator/<str:token>", invites.invite, name="moderator-invite"),
]
api: list[Any] = []
