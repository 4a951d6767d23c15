"""URLs of the community app."""

from community.conversations import urls as conversations

pages = [*conversations.pages]
api = [*conversations.api]
