"""URLs of a creator's community."""

from django.urls import path

from community.hub.views import community

pages = [
    path("create/community", community.community, name="creator-community"),
    path("create/community/welcome", community.welcome, name="community-welcome"),
    path("create/community/moderators", community.appoint, name="appoint-moderator"),
    path("create/community/moderators/<uuid:user_id>/end", community.end, name="end-moderator"),
]
