"""URLs of the community app."""

from typing import Any

from django.urls import path

from community.conversations import urls as conversations
from community.feeds import urls as feeds
from community.hub import urls as hub
from community.moderation import urls as moderation
from community.moderators import urls as moderators
from community.newsletters import urls as newsletters
from community.preview import preview

pages: list[Any] = [
    path("preview", preview, name="preview-words"),
    *conversations.pages,
    *feeds.pages,
    *moderators.pages,
    *moderation.pages,
    *hub.pages,
    *newsletters.pages,
]
api = [*conversations.api, *feeds.api, *moderators.api, *moderation.api, *newsletters.api]
