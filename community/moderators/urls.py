"""URLs of moderators."""

from typing import Any

from django.urls import path

from community.moderators import api as endpoints
from community.moderators.views import invites, moderating

pages: list[Any] = [
    path("invite/moderator", invites.own_invite, name="own-moderator-invite"),
    path("invite/moderator/<str:token>", invites.invite, name="moderator-invite"),
    path("instructors/<str:handle>/moderating", moderating.moderating, name="moderating"),
]
api: list[Any] = [
    path(
        "users/<str:creator_id>/moderators",
        endpoints.Moderators.as_view(),
        name="community-moderators",
    ),
    path(
        "users/<str:creator_id>/moderators/<str:user_id>",
        endpoints.OneModerator.as_view(),
        name="community-moderator",
    ),
]
