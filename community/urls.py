"""URLs of the community app."""

from community.conversations import urls as conversations
from community.feeds import urls as feeds

pages = [*conversations.pages, *feeds.pages]
api = [*conversations.api, *feeds.api]
